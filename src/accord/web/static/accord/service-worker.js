"use strict";
/* Served as /c/sw.js, scope /c/. Keeps the form's page and what it loads, and sends what waits when the tab is closed.
   The page itself puts its copy into the cache (checkin.js), so that nothing is loaded twice. */
const outbox = new URL(new URL(location).searchParams.get("outbox") || "/static/accord/outbox.js", location.origin);
if (outbox.origin === location.origin) importScripts(outbox.pathname);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A rejected promise tells the browser to try again later.
self.addEventListener("sync", (event) => {
  if (event.tag !== "accord-outbox") return;
  event.waitUntil(Outbox.flush().then((left) => (left ? Promise.reject(new Error("still waiting")) : null)));
});

const kept = (request) => caches.match(request, { ignoreVary: true });

async function page(request) {
  try {
    const response = await fetch(request);
    return response.status >= 500 ? (await kept(request)) || response : response;
  } catch (failure) {
    const copy = (await kept(request)) || (await caches.match(request, { ignoreSearch: true, ignoreVary: true }));
    if (copy) return copy;
    throw failure;
  }
}

async function asset(request) {
  const copy = await kept(request);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && copy) await (await caches.open("accord-assets")).put(request, response.clone());
    return response;
  });
  if (!copy) return fresh;
  fresh.catch(() => {});
  return copy;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith("/c/")) event.respondWith(page(request));
  } else if (["style", "script", "image"].includes(request.destination)) {
    event.respondWith(asset(request));
  }
});
