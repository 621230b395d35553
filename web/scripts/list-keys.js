// The keyboard in a list: "/" goes to the search, and the arrow keys go from row to row.
//
// Tab reaches one row at a time, so that what follows the list is a few presses away.

import { find, findAll } from "./page";

let active = null; // the row that Tab reaches

/** Has Tab reach this row of the list, and no other. */
export function activate(row) {
  for (const control of active ? findAll("a, input", active) : []) control.tabIndex = -1;
  active = row;
  for (const control of row ? findAll("a, input", row) : []) control.tabIndex = 0;
}

/** Moves the focus to the link of a row, or of the one that had it last. */
export function focusRow(row = active) {
  if (row) find("a", row).focus();
}

/** Goes to the search field; typing replaces what it holds, as a scanner of codes expects. */
export function focusSearch(search) {
  search.focus();
  search.select();
}

// An office's own choice, remembered in its browser: people who dictate may say a "/" (WCAG 2.2, 2.1.4).
const STORAGE_KEY = "breeze-lakes-point/slash";

/** Sets up the keys of a list and of its search field; `setting` is the checkbox that turns "/" off. */
export function setUpKeys(rows, search, setting) {
  setting.checked = localStorage.getItem(STORAGE_KEY) !== "off";
  setting.addEventListener("change", () => localStorage.setItem(STORAGE_KEY, setting.checked ? "on" : "off"));
  rows.addEventListener("focusin", ({ target }) => activate(target.closest("tr")));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || find("dialog")) return;
    const isTyping = document.activeElement.matches("input:not([type=checkbox]), select, textarea");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (event.key === "/" && setting.checked && !isTyping) {
      event.preventDefault();
      focusSearch(search);
    } else if (step && rows.contains(event.target)) {
      event.preventDefault();
      goOn(event.target, step);
    } else if (step > 0 && event.target === search) focusRow();
  });

  function goOn(from, step) {
    const row = from.closest("tr");
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next) find(from.matches("input") ? "input" : "a", next).focus();
    else if (step < 0) search.focus();
  }
}
