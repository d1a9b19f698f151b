/* The fit check: three steps instead of one long page, and only the words that fit what was marked. It reads and changes
   this page and nothing else: it opens no connection and writes to no storage. */
"use strict";
(() => {
  const root = document.documentElement, find = (id) => document.getElementById(id);
  const all = (query) => Array.from(document.querySelectorAll(query));
  const steps = all(".step"), title = find("title"), told = find("told"), others = find("others");
  let everything = false;

  const language = () => document.querySelector("input[name=language]:checked").value;
  const inLanguage = (element) => (element.querySelector(`span[lang=${language()}]`) || element).textContent;
  const quiet = () => { told.textContent = ""; };
  let fading;
  function tell(id) {
    told.textContent = inLanguage(find(id));
    clearTimeout(fading);
    fading = setTimeout(quiet, 8000);
  }

  function speak() {
    root.lang = language();
    document.title = inLanguage(title);
    quiet();
  }

  /* The address's fragment says which step: the browser's own way back then works, and no mark is lost by it. */
  function goTo(moved) {
    const target = find(decodeURIComponent(location.hash.slice(1))) || steps[0];
    const step = target.closest(".step");
    if (!step) return;
    for (const one of steps) one.hidden = one !== step;
    const at = steps.indexOf(step);
    title.classList.toggle("visually-hidden", at > 0);
    document.querySelector(".mark").classList.toggle("visually-hidden", at > 0);
    find("back").hidden = at === 0;
    find("back").hash = steps[Math.max(at - 1, 0)].id;
    quiet();
    if (!moved) return;
    const heading = at === 0 ? title : target.querySelector("h2");
    if (target === step) scrollTo(0, 0);
    heading.focus({ preventScroll: target === step });
  }

  function choose() {
    const marked = new Set(all("[data-says]:checked").map((one) => "say-" + one.dataset.says));
    for (const one of all(".say")) one.hidden = !everything && one.id !== "say-opener" && !marked.has(one.id);
    find("some").hidden = marked.size === 0;
    find("none").hidden = marked.size > 0;
    others.setAttribute("aria-expanded", String(everything));
    others.firstElementChild.hidden = everything;
    others.lastElementChild.hidden = !everything;
  }

  /* Browsers that refuse the clipboard to a saved file still copy what is selected; the last resort is the hand. */
  async function copy(words) {
    try {
      await navigator.clipboard.writeText(inLanguage(words));
      return "tell-copied";
    } catch {
      getSelection().selectAllChildren(words.querySelector(`span[lang=${language()}]`));
      try { return document.execCommand("copy") ? "tell-copied" : "tell-chosen"; } catch { return "tell-chosen"; }
    }
  }

  for (const button of all("[data-copy]")) {
    button.addEventListener("click", async () => tell(await copy(find(button.dataset.copy).querySelector(".said"))));
  }
  for (const box of all(".step input")) box.addEventListener("change", choose);
  for (const box of all("input[name=language]")) box.addEventListener("change", speak);
  others.addEventListener("click", () => { everything = !everything; choose(); });
  find("print").addEventListener("click", () => print());
  find("again").addEventListener("click", () => {
    for (const box of all(".step input")) box.checked = false;
    everything = false;
    choose();
    history.replaceState(null, "", "#reflect");
    goTo(true);
    tell("tell-again");
  });
  if (location.protocol === "file:") find("save").remove(); else find("save").href = location.pathname;
  addEventListener("hashchange", () => goTo(true));

  root.classList.add("js");
  speak();
  choose();
  goTo(false);
})();
