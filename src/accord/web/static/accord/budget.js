// The alarm budget as a range to move; without this script the same settings are links.
"use strict";
(() => {
  const box = document.querySelector("[data-budget]");
  const range = box && box.querySelector("[data-range]");
  if (!range) return;
  const rows = [...box.querySelectorAll("[data-row]")];
  const looks = [...box.querySelectorAll("[data-look]")];
  const show = (place) => {
    const at = rows[place].dataset.row;
    for (const look of looks) look.hidden = look.dataset.look !== at;
    rows.forEach((row, one) => row.classList.toggle("shown", one === place));
    const stated = looks.find((look) => look.dataset.look === at && look.dataset.stated).dataset.stated;
    range.setAttribute("aria-valuetext", stated);
    range.style.setProperty("--fill", `${(100 * place) / Math.max(1, rows.length - 1)}%`);
    range.value = place;
    history.replaceState(null, "", `?at=${at}`);
  };
  range.hidden = false;
  box.querySelector("[data-ticks]").hidden = true;
  range.addEventListener("input", () => show(Number(range.value)));
  for (const link of box.querySelectorAll("[data-go]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(Number(link.dataset.go));
    });
  }
  range.style.setProperty("--fill", `${(100 * Number(range.value)) / Math.max(1, rows.length - 1)}%`);
  const first = looks.find((look) => !look.hidden && look.dataset.stated);
  if (first) range.setAttribute("aria-valuetext", first.dataset.stated);
})();
