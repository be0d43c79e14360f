"use strict";
(() => {
  const parts = new Map();
  for (const element of document.querySelectorAll("[data-ref]")) {
    const ref = element.dataset.ref;
    if (!parts.has(ref)) parts.set(ref, []);
    parts.get(ref).push(element);
  }
  const mark = (ref, name) => {
    for (const element of document.querySelectorAll("." + name)) element.classList.remove(name);
    for (const element of parts.get(ref) || []) element.classList.add(name);
  };
  const refOf = (target) => target.closest?.("[data-ref]")?.dataset.ref;
  for (const type of ["pointerover", "focusin"]) {
    document.addEventListener(type, (event) => mark(refOf(event.target), "linked"));
  }
  document.documentElement.addEventListener("pointerleave", () => mark(undefined, "linked"));
  const pin = () => mark(decodeURIComponent(location.hash.slice(1)).replace(/^row-/, ""), "highlighted");
  addEventListener("hashchange", pin);
  pin();
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-ref]");
    if (!row || event.target.closest("a, summary") || String(getSelection())) return;
    const drawn = document.getElementById(row.dataset.ref);
    location.hash = drawn ? drawn.id : row.id;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") mark(undefined, "highlighted");
  });
  for (const choice of document.querySelectorAll('input[name="language"]')) {
    const say = () => { if (choice.checked) document.documentElement.lang = choice.value; };
    choice.addEventListener("change", say);
    say();
  }
})();
