// What every page needs: tell whether the server can be reached, keep pages for a reload without it.
"use strict";
(() => {
  const note = document.getElementById("offline");
  let timer = 0;
  const offline = (is) => {
    const was = note && !note.hidden;
    if (note) note.hidden = !is;
    clearInterval(timer);
    if (is) timer = setInterval(knock, 2000);
    else if (was) document.dispatchEvent(new Event("foramen:back"));
  };
  // "online" is not told when only the server was away, so ask for it
  const knock = () => fetch("/healthz", { cache: "no-store" }).then((r) => { if (r.ok) offline(false); }, () => {});
  addEventListener("offline", () => offline(true));
  addEventListener("online", knock);
  document.addEventListener("htmx:sendError", () => offline(true));
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful) offline(false); });
  // problems are answers, too: show what the server says about a bad request
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.xhr.status >= 400) { e.detail.shouldSwap = true; e.detail.isError = false; }
  });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});
})();
