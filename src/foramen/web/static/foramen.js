// What every page needs: tell whether the server can be reached, keep pages for a reload without it.
"use strict";
(() => {
  const note = document.getElementById("offline");
  const offline = (is) => { if (note) note.hidden = !is; };
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));
  document.addEventListener("htmx:sendError", () => offline(true));
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful) offline(false); });
  // problems are answers, too: show what the server says about a bad request
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.xhr.status >= 400) { e.detail.shouldSwap = true; e.detail.isError = false; }
  });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});
})();
