"use strict";
/* The check-in form: lines to draw on, a draft kept as typed, and sending that never loses an answer.
   Without this file the form still works: number fields, boxes to skip, and a plain POST. */
(() => {
  // Taken before anything is changed: this is the page as the server sent it, without answers. What was read of earlier
  // ones (#heard) is not for a copy that may stay on somebody else's device.
  const copy = document.documentElement.cloneNode(true);
  for (const told of copy.querySelectorAll("#heard")) told.remove();
  const original = "<!doctype html>\n" + copy.outerHTML;
  const byId = (id) => document.getElementById(id);
  const form = byId("checkin");
  const words = form.dataset;
  const key = words.key;
  const correcting = "correcting" in words;
  const language = document.documentElement.lang || "en";
  const rtl = document.documentElement.dir === "rtl";
  const numerals = { ar: "arab", fa: "arabext" }[language.split("-")[0]];
  const locale = numerals ? language + "-u-nu-" + numerals : language;
  const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const field = (name) => form.elements[name];
  document.documentElement.classList.add("js");

  // A number in Western, Arabic or Persian digits; null for anything else, also for nothing.
  const western = (text) => text.replace(/[٠-٩۰-۹]/g, (d) => d.charCodeAt(0) & 15).replace(/[,٫]/, ".");
  function toNumber(text) {
    const plain = western(text.trim());
    return /^\d+(\.\d*)?$/.test(plain) ? Number(plain) : null;
  }

  function make(tag, name, parent) {
    const element = document.createElement(tag);
    element.className = name;
    if (parent) parent.append(element);
    return element;
  }

  /* One line. The field and the box behind it stay the truth; the line only draws them. */
  function line(block) {
    const [low, high, step] = [Number(block.dataset.low), Number(block.dataset.high), Number(block.dataset.step) || 1];
    const decimals = (String(step).split(".")[1] || "").length;
    const input = block.querySelector(".line__plain [name^=item]");
    const box = block.querySelector("[name^=skip]");
    const skipped = block.querySelector(".line__skipped");
    const prompt = block.querySelector(".prompt");
    const ends = block.querySelector(".line__ends");

    const body = make("div", "line__body");
    ends.before(body);
    const track = make("div", "track", body);
    const fill = make("span", "track__fill", track);
    const handle = make("span", "track__handle", track);
    body.append(ends, skipped);
    const number = make("span", "line__value");
    number.setAttribute("aria-hidden", "true");
    ends.lastElementChild.before(number);
    ends.firstElementChild.id = "low-" + block.dataset.line;
    ends.lastElementChild.id = "high-" + block.dataset.line;
    const act = make("button", "link line__act", block.querySelector(".line__head"));
    act.type = "button";
    act.setAttribute("aria-describedby", prompt.id);
    const act1 = make("span", "", act);
    const act2 = make("span", "off", act);
    act1.textContent = words.skip;
    act2.textContent = words.clear;
    const described = [ends.firstElementChild.id, ends.lastElementChild.id, input.getAttribute("aria-describedby")];
    const fixed = {
      role: "slider", "aria-labelledby": prompt.id, "aria-valuemin": low, "aria-valuemax": high,
      "aria-describedby": described.join(" "), "aria-orientation": "horizontal",
    };
    for (const name in fixed) track.setAttribute(name, fixed[name]);
    prompt.removeAttribute("for");
    prompt.addEventListener("click", () => track.focus());

    function draw() {
      const value = toNumber(input.value);
      const drawn = value !== null && value >= low && value <= high && !box.checked;
      block.classList.toggle("skipped", box.checked);
      skipped.hidden = !box.checked;
      track.tabIndex = box.checked ? -1 : 0;
      track.classList.toggle("answered", drawn);
      act1.classList.toggle("off", drawn);
      act2.classList.toggle("off", !drawn);
      number.textContent = drawn ? figure.format(value) : "";
      if (drawn) track.style.setProperty("--at", (100 * (value - low)) / (high - low));
      // ARIA demands a number even where there is none; the text in its place is what is read out.
      track.setAttribute("aria-valuenow", drawn ? value : low);
      track.setAttribute("aria-valuetext", drawn ? figure.format(value) : words.untouched);
    }
    function write(value, skip) {
      input.value = value === null ? "" : (low + Math.round((value - low) / step) * step).toFixed(decimals);
      box.checked = skip;
      draw();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const set = (value) => write(Math.min(high, Math.max(low, value)), false);

    function at(event) {
      const place = track.getBoundingClientRect();
      const share = (event.clientX - place.left) / place.width;
      set(low + (rtl ? 1 - share : share) * (high - low));
    }
    // With a finger the line waits for a tap or a move along it, so that scrolling past leaves no mark.
    let start = null;
    track.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      start = { x: event.clientX, drawing: event.pointerType === "mouse" };
      track.setPointerCapture(event.pointerId);
      if (start.drawing) at(event);
    });
    track.addEventListener("pointermove", (event) => {
      if (!start) return;
      if (Math.abs(event.clientX - start.x) > 5) start.drawing = true;
      if (start.drawing) at(event);
    });
    track.addEventListener("pointerup", (event) => {
      if (start) at(event);
      start = null;
    });
    track.addEventListener("pointercancel", () => { start = null; });

    let typed = "";
    let typedAt = 0;
    function type(character) {
      if (Date.now() - typedAt > 1500) typed = "";
      typedAt = Date.now();
      const longer = toNumber(typed + character);
      typed = longer !== null && longer <= high ? typed + character : character;
      const value = toNumber(typed);
      if (value !== null && value >= low && value <= high) set(value);
    }
    track.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const now = toNumber(input.value);
      // The first arrow puts the handle in the middle, where it favours neither end.
      const by = (steps) => (now === null ? set((low + high) / 2) : set(now + steps * Math.max(step, decimals ? step : 1)));
      const page = (high - low) / 10;
      const ahead = rtl ? -1 : 1;
      const keys = {
        ArrowRight: () => by(ahead), ArrowLeft: () => by(-ahead), ArrowUp: () => by(1), ArrowDown: () => by(-1),
        PageUp: () => (now === null ? by(0) : set(now + page)), PageDown: () => (now === null ? by(0) : set(now - page)),
        Home: () => set(low), End: () => set(high),
        Delete: () => write(null, false), Backspace: () => write(null, false),
      };
      if (keys[event.key]) { typed = ""; keys[event.key](); }
      else if (/^[\d٠-٩۰-۹.,]$/.test(event.key)) type(western(event.key));
      else return;
      event.preventDefault();
    });
    act.addEventListener("click", () => {
      const clearing = track.classList.contains("answered");
      write(null, !clearing);
      (clearing ? track : skipped.querySelector("button")).focus();
    });
    skipped.querySelector("button").addEventListener("click", () => { write(null, false); track.focus(); });
    draw();
    return draw;
  }
  const lines = [...form.querySelectorAll("[data-line]")].map(line);

  // Drafts: every answer as it is typed, under the link's key.
  const own = ["idempotency_key", "language", "version"];
  const values = () => [...new FormData(form)].filter(([name]) => !own.includes(name));
  function fillIn(pairs) {
    for (const element of form.elements) if (/^(checkbox|radio)$/.test(element.type)) element.checked = false;
    for (const [name, value] of pairs) {
      const found = field(name);
      if (!found) continue;
      if (found.type === "checkbox") found.checked = found.value === value;
      else found.value = value; // a text field, or all radio buttons of one name
    }
    lines.forEach((draw) => draw());
  }
  const keepDraft = () => Outbox.put("drafts", { key, correcting, values: values(), at: Date.now() });
  let saving = null;
  let again = false;
  async function save() {
    if (saving) { again = true; return; }
    saving = keepDraft();
    let kept = true;
    try { await saving; } catch { kept = false; }
    byId("kept-note").classList.toggle("true", kept);
    saving = null;
    if (again) { again = false; save(); }
  }
  function touched() {
    if (!field("started_at").value) field("started_at").value = new Date().toISOString();
    save();
  }
  form.addEventListener("input", touched);

  // Views: one of them at a time.
  const views = ["answering", "kept", "wiped"];
  let view = "answering";
  function show(name, title) {
    view = name;
    for (const id of views) byId(id).hidden = id !== name;
    if (title) { scrollTo(0, 0); byId(title).focus(); }
  }
  const time = (instant) => clock.format(new Date(instant));
  function showKept(entry, focus) {
    byId("written-at").textContent = time(entry.written_at);
    byId("kept-at").textContent = time(entry.kept_at);
    byId("tried-at").textContent = entry.tried_at ? "(" + time(entry.tried_at) + ")" : "";
    for (const why of byId("kept").querySelectorAll("[data-why]")) why.hidden = why.dataset.why !== (entry.why || "network");
    if (view !== "kept") show("kept", focus ? "kept-title" : null);
  }
  function showRefused(refusal) {
    show("answering");
    byId("refused-words").textContent = refusal.message || words.unsure;
    byId("refused").hidden = false;
    for (const [number, fault] of Object.entries(refusal.faults || {})) {
      const place = byId("fault-" + number);
      if (!place) continue;
      place.hidden = false;
      place.replaceChildren(byId("refused").firstElementChild.cloneNode(true), fault);
      place.closest(".item").classList.add("field--fault");
    }
    byId("refused").scrollIntoView({ block: "center" });
  }

  // Sending: first into the queue on this device, then to the server.
  const button = byId("send");
  let sent = null; // idempotency key of what this page has handed to the queue
  function busy(on, which, text) {
    if (!which.dataset.rest) which.dataset.rest = which.textContent;
    which.textContent = on ? text : which.dataset.rest;
    which.setAttribute("aria-disabled", on);
  }
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  async function conclude(told) {
    busy(false, button);
    busy(false, byId("retry"));
    if (told.state === "received") {
      await Outbox.remove("drafts", key).catch(() => {});
      location.assign(told.next || location.pathname);
    } else if (told.state === "refused") {
      showRefused(told);
    } else {
      const entry = await Outbox.get("queue", key);
      if (entry && entry.idempotency_key === told.idempotency_key) showKept(entry, true);
    }
  }
  Outbox.listeners.push((told) => {
    if (told.key === key && told.idempotency_key === sent) conclude(told);
  });

  async function submit(event) {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    busy(true, button, words.sending);
    byId("refused").hidden = true;
    const now = Date.now();
    field("finished_at").value = new Date(now).toISOString();
    const fields = new URLSearchParams(new FormData(form)).toString();
    const entry = {
      key, page: location.pathname, action: form.getAttribute("action"), fields, values: values(), correcting,
      idempotency_key: field("idempotency_key").value, written_at: now, attempts: 0,
    };
    try {
      await saving;
      entry.kept_at = Date.now();
      await Outbox.put("queue", entry);
    } catch {
      return sendUnkept(entry);
    }
    sent = entry.idempotency_key;
    Outbox.remove("drafts", key).catch(() => {});
    Outbox.flush(key);
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.ready.then((worker) => worker.sync && worker.sync.register("accord-outbox")).catch(() => {});
    }
  }
  // A browser that keeps nothing (some private windows): the answers stay in the form until they are received.
  async function sendUnkept(entry) {
    const told = await Outbox.attempt(entry);
    if (told.state === "waiting") showRefused({ message: words.unkept });
    if (told.state !== "waiting") conclude(told);
    busy(false, button);
  }
  form.addEventListener("submit", submit);

  byId("retry").addEventListener("click", (event) => {
    busy(true, event.target, event.target.dataset.busy);
    Outbox.flush(key);
  });
  /* An answer on its way may have arrived although no receipt came back. Changed answers therefore get a key of
     their own: the server takes them as a correction then, and as the first ones otherwise. */
  byId("change").addEventListener("click", async () => {
    const entry = await Outbox.get("queue", key);
    sent = null;
    field("idempotency_key").value = newKey();
    if (entry) { fillIn(entry.values); await keepDraft(); await Outbox.remove("queue", key); }
    show("answering", "title");
  });
  for (const wipe of document.querySelectorAll("[data-wipe]")) {
    wipe.addEventListener("click", async () => {
      sent = null;
      await Outbox.remove("queue", key);
      await Outbox.remove("drafts", key);
      if (self.caches) await caches.open("accord-pages").then((c) => c.delete(location.pathname, { ignoreSearch: true, ignoreVary: true }));
      form.reset();
      lines.forEach((draw) => draw());
      show("wiped", "wiped-title");
    });
  }
  byId("title").tabIndex = -1;

  // The copy for offline use has no answers in it; a correction's page has, and is never copied.
  async function keepPage() {
    if (correcting || !self.caches || form.querySelector(".field--fault")) return;
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Referrer-Policy": "same-origin" };
    await (await caches.open("accord-pages")).put(location.href.split("#")[0], new Response(original, { headers }));
    const loaded = [...document.querySelectorAll("link[rel~=stylesheet], link[rel=icon], script[src]")].map((e) => e.href || e.src);
    const assets = await caches.open("accord-assets");
    await Promise.all(loaded.map(async (u) => (await assets.match(u, { ignoreVary: true })) || assets.add(u)));
  }

  async function begin() {
    const entry = await Outbox.get("queue", key);
    if (entry) {
      sent = entry.idempotency_key;
      field("idempotency_key").value = entry.refusal ? newKey() : sent;
      fillIn(entry.values);
      if (entry.refusal) showRefused(entry.refusal);
      else showKept(entry, false);
    } else {
      const draft = await Outbox.get("drafts", key);
      if (draft && draft.received) {
        await Outbox.remove("drafts", key);
        if (!correcting) { location.replace(draft.received); return; }
      }
      const month = 30 * 86400000;
      if (draft && draft.at < Date.now() - month) await Outbox.remove("drafts", key);
      else if (draft && draft.values && draft.correcting === correcting) fillIn(draft.values);
      await save(); // proves that this browser keeps things, before the page says so
    }
    await keepPage();
  }
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  begin().catch(() => {});
})();
