// Runs before the page's modules arrive: a plain script in the page, in the JavaScript of 2009.
//
// It requests at once what the page's modules will ask for first, because each request takes seconds on a slow
// phone; `service` takes the responses. And it tells people whose browser cannot run the modules.
(function () {
  var script = document.currentScript;
  var root = document.documentElement;
  var PATIENCE = 20000; // milliseconds, as in `service`
  var started = {};

  function start(path) {
    var controller = new AbortController();
    setTimeout(function () {
      controller.abort();
    }, PATIENCE);
    started[path] = fetch(document.querySelector("meta[name=base]").getAttribute("content") + path, {
      headers: { "Accept-Language": root.lang },
      signal: controller.signal,
    });
    started[path].catch(function () {}); // who takes the response learns of it
  }

  if (script && window.fetch && window.AbortController) {
    var paths = script.getAttribute("data-requests").split(" ");
    for (var index = 0; index < paths.length; index++) {
      if (paths[index]) start(paths[index].replace("{last}", location.pathname.split("/").pop()));
    }
  }
  /** @type {any} */ (window).startedRequests = started;

  window.addEventListener("load", function () {
    if (root.getAttribute("data-scripts") !== "running") document.getElementById("unsupported").hidden = false;
  });
})();
