// Puts the interactive drawing in the place of each SVG, once the page can be read; without it, or on any fault, the SVG stays.
"use strict";
(() => {
  const own = document.currentScript;
  if (!own || !own.dataset.specs) return;
  const narrow = window.matchMedia("(max-width: 700px)").matches;

  const load = (address) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });

  // What a point says, beside the mouse. The table says the same to those who use none.
  const tip = document.createElement("div");
  tip.className = "picture-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const tell = (handler, event, item, value) => {
    tip.hidden = !value;
    if (tip.hidden) return;
    tip.textContent = value;
    const room = 12;
    const x = Math.min(event.clientX + room, window.innerWidth - tip.offsetWidth - room);
    const under = event.clientY + room + tip.offsetHeight < window.innerHeight;
    tip.style.left = `${Math.max(room, x)}px`;
    tip.style.top = `${under ? event.clientY + room : event.clientY - room - tip.offsetHeight}px`;
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  const draw = async (place, spec) => {
    const drawn = [...place.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
    if (!drawn) return;
    const inner = drawn.closest(".figure-inner");
    const vega = document.createElement("div");
    vega.className = "vega-place";
    vega.setAttribute("role", "img");
    vega.setAttribute("aria-label", [...drawn.querySelectorAll("title, desc")].map((one) => one.textContent).join(". "));
    // Drawn out of sight first, so that the page does not move and the SVG stays if this fails.
    vega.hidden = true;
    inner.append(vega);
    try {
      const made = await window.vegaEmbed(vega, spec, {
        mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
        tooltip: tell, config: { font: "inherit" },
      });
      await made.view.runAsync();
      // Its marks are not to be read one by one: the name of the picture, and the table, say it.
      vega.querySelector("svg").setAttribute("aria-hidden", "true");
      drawn.setAttribute("hidden", "");
      vega.hidden = false;
      place.dataset.drawn = "vega";
    } catch (fault) {
      vega.remove();
    }
  };

  const begin = async () => {
    try {
      const join = own.dataset.specs.includes("?") ? "&" : "?";
      const [answer] = await Promise.all([
        fetch(own.dataset.specs + (narrow ? `${join}narrow=1` : ""), { headers: { Accept: "application/json" } }),
        load(own.dataset.vega),
      ]);
      if (!answer.ok) return;
      const specs = await answer.json();
      for (const place of document.querySelectorAll("[data-chart]")) {
        const spec = specs[place.dataset.chart];
        if (spec) await draw(place, spec);
      }
      document.documentElement.dataset.pictures = "vega";
    } catch (fault) {
      // The SVG stays; it says the same.
    }
  };

  // A link to the table opens it.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  window.addEventListener("hashchange", open);
  open();

  window.addEventListener("beforeprint", () => {
    for (const table of document.querySelectorAll("details.numbers")) table.open = true;
  });

  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 200));
  window.addEventListener("load", () => idle(begin));
})();
