"use strict";
/* Writing to somebody needs a connection: without one the words stay in the form, and the page says so. They are kept
   nowhere else. Without this file the form is sent as it is. */
(() => {
  const form = document.getElementById("off");
  if (!form) return;
  const button = document.getElementById("send");
  const notice = document.getElementById("no-connection");
  const rest = button.textContent;
  let sending = false;
  async function connected() {
    if (navigator.onLine === false) return false;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 20000);
    try {
      await fetch(document.body.dataset.worker, { method: "HEAD", cache: "no-store", signal: stop.signal });
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    notice.hidden = true;
    button.textContent = form.dataset.sending;
    button.setAttribute("aria-disabled", "true");
    if (await connected()) { form.submit(); return; }
    sending = false;
    button.textContent = rest;
    button.removeAttribute("aria-disabled");
    notice.hidden = false;
  });
  // Back from the page after it: the button is itself again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sending = false;
    button.textContent = rest;
    button.removeAttribute("aria-disabled");
  });
})();
