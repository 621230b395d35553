// Carries the input in this tab to the same page in another language, or over signing in again.
// Input that a page stores while the user types (`keep`) does not need this.

import { tab } from "./compat";

let ready = []; // the parts of the page whose fields are as they should be, but for what was carried

const place = () => `carried/${location.pathname}${location.search}`;
const fields = () => ready.flatMap((part) => [...part.querySelectorAll("input[id], select[id], textarea[id]")]);

// A visible password has the type `text`, so check the field's `autocomplete` attribute.
const isSecret = (field) => field.type === "password" || /password|one-time-code/.test(field.autocomplete);

/** Marks parts of the page as ready, and restores the input that was stored for them. */
export function restoreInput(...parts) {
  ready = parts;
  const carried = JSON.parse(tab.getItem(place()) ?? "{}");
  tab.removeItem(place());
  for (const field of fields()) {
    if (!(field.id in carried)) continue;
    if (field.type === "checkbox") field.checked = carried[field.id];
    else field.value = carried[field.id];
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Stores the input, except secrets and hidden fields, which the user has finished with. */
export function saveInput() {
  // Before a page is ready, the input for it is still in the storage.
  if (!ready.length) return;
  const typed = fields().filter((field) => !isSecret(field) && !field.closest("[hidden]"));
  const values = typed.map((field) => [field.id, field.type === "checkbox" ? field.checked : field.value]);
  tab.setItem(place(), JSON.stringify(Object.fromEntries(values)));
}
