// Carries the input in this tab to the same page in another language, or over signing in again.
// Input that a page stores while the user types (`keep`) does not need this.

import { tab } from "./compat";

let ready = []; // the parts of the page whose fields are as they should be, but for what was carried

/** Fills in fields of another page, the next time that this tab opens it without a query. */
export const fillIn = (path, values) => tab.setItem(`carried/${path}`, JSON.stringify(values));

const place = () => `carried/${location.pathname}${location.search}`;
const fields = () => ready.flatMap((part) => [...part.querySelectorAll("input[id], input[type=radio], select[id], textarea[id]")]);

// A visible password has the type `text`, so check the field's `autocomplete` attribute.
const isSecret = (field) => field.type === "password" || /password|one-time-code/.test(field.autocomplete);

const keyOf = (field) => field.id || `${field.name}=${field.value}`;
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);

/** Marks parts of the page as ready, and restores the input that was stored for them. */
export function restoreInput(...parts) {
  ready = parts;
  const carried = JSON.parse(tab.getItem(place()) ?? "{}");
  tab.removeItem(place());
  for (const field of fields()) {
    if (!(keyOf(field) in carried)) continue;
    if (isTicked(field)) field.checked = carried[keyOf(field)];
    else field.value = carried[keyOf(field)];
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Stores the input, except secrets and hidden fields, which the user has finished with. */
export function saveInput() {
  // Before a page is ready, the input for it is still in the storage.
  if (!ready.length) return;
  const typed = fields().filter((field) => !isSecret(field) && !field.closest("[hidden]"));
  const values = typed.map((field) => [keyOf(field), isTicked(field) ? field.checked : field.value]);
  tab.setItem(place(), JSON.stringify(Object.fromEntries(values)));
}
