// Small comforts of staff pages; every page works without them.
"use strict";
(() => {
  const find = document.querySelector("[data-find]");
  if (find) {
    const key = document.querySelector("[data-find-key]");
    if (key) key.hidden = false;
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      find.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  // The menu closes with Escape and with a press elsewhere, as menus do.
  for (const menu of document.querySelectorAll("details.menu")) {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }
})();
