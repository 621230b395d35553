// A plain script in the JavaScript of 2009: it speaks where a browser cannot run the page's own modules.
window.addEventListener("load", function () {
  if (document.documentElement.getAttribute("data-scripts") !== "running") {
    document.getElementById("unsupported").hidden = false;
  }
});
