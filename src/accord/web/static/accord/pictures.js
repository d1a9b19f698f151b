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
        tooltip: { disableDefaultStyle: true }, config: { font: "inherit" },
      });
      await made.view.runAsync();
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

  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 200));
  window.addEventListener("load", () => idle(begin));
})();
