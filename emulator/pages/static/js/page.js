// The buttons of a page: open the widget for this record or for the selected ones; menus close.

import { close, open } from "./stage.js";

const dialog = document.getElementById("stage");

if (dialog) {
  dialog.querySelector("[data-close]").addEventListener("click", close);
  const convert = document.querySelector("[data-convert]");
  convert.addEventListener("click", () => open(ids()));
  // Until here a click would have come to nothing, so the button is born disabled.
  if (dialog.dataset.entityId === undefined) selectable(convert);
  else convert.disabled = false;
}

function ids() {
  const fixed = dialog.dataset.entityId;
  if (fixed !== undefined) return JSON.parse(fixed);
  return boxes().filter((box) => box.checked).map((box) => box.value);
}

function boxes() {
  return Array.from(document.querySelectorAll("[data-row]"));
}

function selectable(convert) {
  const all = document.querySelector("[data-all]");
  const count = document.querySelector("[data-count]");
  const tell = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    convert.disabled = chosen === 0;
    count.textContent = chosen ? `${chosen} selected` : "Select leads to convert them";
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all?.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    tell();
  });
  boxes().forEach((box) => box.addEventListener("change", tell));
  // Browsers remember ticks over a reload.
  if (all) tell();
}

for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
