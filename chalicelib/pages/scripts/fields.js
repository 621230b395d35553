// The form of a registration: what is in its controls, as the service understands it, and back.

import { findAll, labelOf, make } from "./page";
import { phone, say, word } from "./texts";

const PHONES = ["phone1", "phone2"];

/** The names of a form's fields, in its order. */
export const names = (form) => [...new Set(findAll("[name]", form).map((control) => control.name))];

const controls = (form, name) => findAll(`[name="${name}"]`, form);
const isList = (form, name) => controls(form, name).length > 1 && controls(form, name)[0].type === "checkbox";

/** What is in the controls: what was left out is left out. */
export function values(form) {
  const found = {};
  for (const name of names(form)) {
    const [first, ...others] = controls(form, name);
    if (isList(form, name)) {
      const chosen = [first, ...others].filter((one) => one.checked).map((one) => one.value);
      if (chosen.length) found[name] = chosen;
    } else if (first.type === "checkbox") {
      if (first.checked) found[name] = true;
    } else if (first.type === "radio") {
      const chosen = [first, ...others].find((one) => one.checked)?.value;
      if (chosen !== undefined) found[name] = chosen === "true" ? true : chosen === "false" ? false : chosen;
    } else if (first.value.trim()) found[name] = first.value.trim();
  }
  return found;
}

/** Puts a value into its control; undefined empties it. */
export function put(form, name, value) {
  const found = controls(form, name);
  for (const control of found) {
    if (["checkbox", "radio"].includes(control.type)) {
      const wanted = Array.isArray(value) ? value.includes(control.value) : String(value) === control.value;
      control.checked = value !== undefined && wanted;
    } else control.value = value === undefined ? "" : PHONES.includes(name) ? phone(value) : value;
  }
}

/** Puts a whole form into the controls. */
export const fill = (form, whole) => names(form).forEach((name) => put(form, name, whole[name]));

export const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value) => (Array.isArray(value) ? [...value].sort() : value);

/** What a field is called; its name, where this form does not have it. */
export const label = (form, name) => (controls(form, name).length ? labelOf(controls(form, name)[0]) : name);

/** A value as people say it. */
export function inWords(name, value) {
  if (value === null || value === undefined) return say("nothing");
  if (Array.isArray(value)) return value.map(word).join(", ");
  if (typeof value === "boolean") return value ? say("yes") : say("no");
  return PHONES.includes(name) ? phone(value) : word(value);
}

/** Everything that was filled in, as a list of what it is called and what was said. */
export function listed(form, whole) {
  return names(form)
    .filter((name) => whole[name] !== undefined)
    .flatMap((name) => [make("dt", {}, label(form, name)), make("dd", {}, inWords(name, whole[name]))]);
}

/** Merges what somebody typed with what became of the record meanwhile, field by field.

    `before` is what the controls held when both were the same, `stored` the record then,
    `current` the record now. What was typed is never lost: where both sides have changed a
    field, the controls keep what was typed, and the field's name is given.
*/
export function merge(form, before, stored, current) {
  const typed = values(form);
  const contested = [];
  for (const name of names(form)) {
    if (same(stored[name], current[name])) continue;
    if (same(typed[name], before[name])) put(form, name, current[name]);
    else if (!same(typed[name], current[name])) contested.push(name);
  }
  return contested;
}
