// Keeps static files and the empty pages, so that a reload without connection shows the page again.
// Answers about a patient are never kept here: only GET requests are, and those carry no patient data.
"use strict";
const STORE = "foramen-1";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (e) => {
  const { request } = e;
  if (request.method !== "GET" || /^\/(api\/|healthz)/.test(new URL(request.url).pathname)) return;
  e.respondWith((async () => {
    const store = await caches.open(STORE);
    try {
      const fresh = await fetch(request);
      if (fresh.ok) store.put(request, fresh.clone());
      return fresh;
    } catch (error) {
      const kept = await store.match(request, { ignoreVary: true });
      if (kept) return kept;
      throw error;
    }
  })());
});
