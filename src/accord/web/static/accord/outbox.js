"use strict";
/* What waits on this device: drafts, and sent forms that the server has not yet received; one record per link.
   Used by every client page and by the service worker. Nothing leaves the queue before the server's receipt,
   and a record that changed in the meantime is not taken for the one that was sent. */
const Outbox = (() => {
  const MOST_WAIT = 45000; // ms for one attempt; 2G needs about 5 s
  const inPage = typeof document !== "undefined";
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("accord-outbox") : null;
  const listeners = [];
  if (channel) channel.onmessage = (event) => listeners.forEach((tell) => tell(event.data));

  const open = () => new Promise((done, fail) => {
    const request = indexedDB.open("accord", 1);
    request.onupgradeneeded = () => {
      for (const store of ["drafts", "queue"]) request.result.createObjectStore(store, { keyPath: "key" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => fail(request.error);
  });

  // Resolves when the transaction is complete, so that a page says "kept" only after the write.
  async function run(store, mode, work) {
    const db = await open();
    try {
      return await new Promise((done, fail) => {
        const transaction = db.transaction(store, mode, { durability: "strict" });
        const request = work(transaction.objectStore(store));
        transaction.oncomplete = () => done(request && request.result);
        transaction.onabort = transaction.onerror = () => fail(transaction.error);
      });
    } finally {
      db.close();
    }
  }
  const get = (store, key) => run(store, "readonly", (s) => s.get(key));
  const all = (store) => run(store, "readonly", (s) => s.getAll());
  const put = (store, record) => run(store, "readwrite", (s) => s.put(record));
  const remove = (store, key) => run(store, "readwrite", (s) => s.delete(key));

  // Changes the waiting record only while it is still the one that was sent; null removes it.
  const settle = (entry, changes) => run("queue", "readwrite", (s) => {
    const request = s.get(entry.key);
    request.onsuccess = () => {
      const kept = request.result;
      if (!kept || kept.idempotency_key !== entry.idempotency_key) return;
      if (changes) s.put(Object.assign(kept, changes));
      else s.delete(entry.key);
    };
  });

  /* A page that was asked for just before its answers arrived still holds the empty form. The receipt waits for it in
     the place of the draft, unless something new is being written there. */
  const noteReceipt = (entry, next) => run("drafts", "readwrite", (s) => {
    const request = s.get(entry.key);
    request.onsuccess = () => { if (!request.result && next) s.put({ key: entry.key, received: next, at: Date.now() }); };
  });

  async function ask(address, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), MOST_WAIT);
    try {
      return await fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store", signal: stop.signal }, options));
    } finally {
      clearTimeout(timer);
    }
  }

  const post = (entry) => ask(entry.action, {
    method: "POST", body: new URLSearchParams(entry.fields), headers: { Accept: "application/json" }, keepalive: true,
  });

  /* One attempt. {state: "received", next} | {state: "refused", status, message, faults} | {state: "waiting", why}.
     A 200 that is no receipt (a hotel's sign-in page, say) counts as no connection. */
  async function attempt(entry) {
    try {
      const response = await post(entry);
      const text = await response.text();
      let said = {};
      try { said = JSON.parse(text) || {}; } catch { /* not ours, or plain text; judged below */ }
      const { status } = response;
      if (response.ok) return said.status === "received" ? { state: "received", next: said.next } : { state: "waiting", why: "network" };
      if (status >= 500 || [408, 425, 429].includes(status)) return { state: "waiting", why: "server" };
      const plain = (response.headers.get("Content-Type") || "").startsWith("text/plain") && text.length < 300;
      return { state: "refused", status, message: said.message || (plain ? text : ""), faults: said.faults };
    } catch {
      return { state: "waiting", why: "network" };
    }
  }

  async function send(entry) {
    const outcome = await attempt(entry);
    if (outcome.state === "received") {
      await settle(entry, null);
      await noteReceipt(entry, outcome.next).catch(() => {});
      if (self.caches) await caches.open("accord-pages").then((c) => c.delete(entry.page, { ignoreSearch: true, ignoreVary: true })).catch(() => {});
    } else {
      await settle(entry, {
        attempts: (entry.attempts || 0) + 1, tried_at: Date.now(), why: outcome.why,
        refusal: outcome.state === "refused" ? outcome : undefined,
      });
    }
    const told = Object.assign({ key: entry.key, page: entry.page, idempotency_key: entry.idempotency_key }, outcome);
    listeners.forEach((tell) => tell(told));
    if (channel) channel.postMessage(told);
    return told;
  }

  // One at a time over all tabs and the worker; the idempotency key keeps it right where locks are unknown.
  const alone = (work) => (self.navigator.locks ? navigator.locks.request("accord-outbox", work) : work());

  /* Sends what waits (of one link, or of all) and returns how many still wait. Refused ones are tried again
     only when a person asks: the server has already said why. */
  const flush = (key) => alone(async () => {
    const waiting = (await all("queue")).filter((e) => (key ? e.key === key : !e.refusal));
    let left = 0;
    for (const entry of waiting) if ((await send(entry)).state === "waiting") left += 1;
    return left;
  });

  if (inPage) {
    let pause = 15000;
    let timer = 0;
    const retry = async () => {
      clearTimeout(timer);
      const left = await flush().catch(() => 0);
      pause = left ? Math.min(pause * 2, 300000) : 15000;
      if (left) timer = setTimeout(retry, pause);
    };
    addEventListener("online", () => { pause = 15000; retry(); });
    addEventListener("pageshow", retry);
    document.addEventListener("visibilitychange", () => document.hidden || retry());
    listeners.push((told) => {
      if (told.state === "waiting" && !timer) timer = setTimeout(retry, pause);
    });
    // The page of another link tells of an answer that the server refused; checkin.js tells of its own.
    const tellRefused = async () => {
      const notice = document.getElementById("undelivered");
      const form = document.getElementById("checkin");
      const refused = (await all("queue")).find((e) => e.refusal && !(form && form.dataset.key === e.key));
      notice.hidden = !refused;
      if (refused) notice.querySelector("a").href = refused.page;
    };
    listeners.push((told) => {
      tellRefused().catch(() => {});
      // A page that only said "closed" or "problem" gives way to the receipt of what waited for it.
      const own = !document.getElementById("checkin") && told.page === location.pathname;
      if (own && told.state === "received" && told.next) location.replace(told.next);
    });
    tellRefused().catch(() => {});
    if ("serviceWorker" in navigator) {
      const source = [...document.scripts].find((s) => s.src.includes("outbox"));
      const worker = document.body.dataset.worker + "?outbox=" + encodeURIComponent(new URL(source.src).pathname);
      navigator.serviceWorker.register(worker, { scope: "/c/" }).catch(() => {});
    }
  }
  return { get, all, put, remove, attempt, flush, listeners };
})();
self.Outbox = Outbox;
