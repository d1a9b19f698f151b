// One repair: says when something is not kept yet, and asks before it is left. The page works without it.
"use strict";
(() => {
  const form = document.querySelector("[data-repair]");
  const kept = form && form.querySelector("[data-kept]");
  if (!kept) return;
  let changed = Boolean(document.querySelector(".meanwhile, .message--fault"));
  form.addEventListener("input", () => {
    if (changed) return;
    changed = true;
    kept.querySelector("span").textContent = kept.dataset.changed;
    const icon = kept.querySelector("svg");
    if (icon) icon.remove();
  });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
