// Runs before the page's modules arrive: a plain script in the page, in the JavaScript of 2009.
//
// It requests at once what the page's modules will ask for first, because each request takes seconds on a slow
// phone; `service` takes the responses. It holds a form that is sent so early, until the form's script has come.
// And it tells people whose browser cannot run the modules.
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
    script.getAttribute("data-requests").split(" ").forEach(function (path) {
      if (path) start(path.replace("{last}", location.pathname.split("/").pop()));
    });
  }
  /** @type {any} */ (window).startedRequests = started;

  function isRunning() {
    return root.getAttribute("data-scripts") === "running";
  }

  // A browser would post such a form to the page's own address, which takes none. `page` submits it again.
  document.addEventListener(
    "submit",
    function (event) {
      var form = /** @type {Element} */ (event.target);
      if (!form.matches("[method=post]:not([action])")) return;
      event.preventDefault();
      if (isRunning()) return;
      form.setAttribute("aria-busy", "true");
      /** @type {any} */ (window).heldSubmission = event;
    },
    true
  );

  window.addEventListener("load", function () {
    if (!isRunning()) document.getElementById("unsupported").hidden = false;
  });
})();
