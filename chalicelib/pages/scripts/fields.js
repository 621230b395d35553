// The form of a registration: what is in its controls, as the service understands it, and back.

import { find, findAll, labelOf, make } from "./page";
import { hasMinimumAge, minimumAge } from "./minimum-age";
import { day, phone, say, word } from "./texts";

const PHONES = ["phone1", "phone2"];

/** The names of a form's fields, in its order. What stands beside them (`data-beside`) isn't stored with them. */
export const names = (form) => [...new Set(findAll("[name]:not([data-beside])", form).map((control) => control.name))];

const controls = (form, name) => findAll(`[name="${name}"]:not([data-beside])`, form);
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
      // A choice of earlier versions is offered where it has been made.
      const former = control.closest("[data-former]");
      if (former) former.hidden = !control.checked;
    } else control.value = value === undefined ? "" : PHONES.includes(name) ? phone(value) : value;
  }
}

/** Says when an event starts and how old its workers must be then, beside the question for their age. */
export function tellAges(form, event) {
  const facts = { day: day(event.startsOn), age: minimumAge(event) };
  find("#age-hint", form).textContent = hasMinimumAge(event) ? say("ageOn", facts) : say("ageOnAny", facts);
}

/** Shows the phone numbers of a saved form as they were understood, but for one that is being typed. */
export function showPhones(form, saved) {
  for (const name of PHONES) {
    const control = form.elements.namedItem(name);
    if (name in saved && control !== document.activeElement) control.value = phone(saved[name]);
  }
}

/** Puts a whole form into the controls. */
export const fill = (form, whole) => names(form).forEach((name) => put(form, name, whole[name]));

export const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value) => (Array.isArray(value) ? [...value].sort() : value);

/** What a field is called, also where this form does not have it. */
const label = (form, name) => (controls(form, name).length ? labelOf(controls(form, name)[0]) : word(name));

// The page translates chosen values only: a typed last name "White" stays as it is.
const isTyped = (control) => control && !["checkbox", "radio", "select-one"].includes(control.type);

/** A value as people say it. */
function inWords(form, name, value) {
  if (isEmpty(value)) return say("nothing");
  if (Array.isArray(value)) return value.map(word).join(", ");
  if (typeof value === "boolean") return value ? say("yes") : say("no");
  if (PHONES.includes(name)) return phone(value);
  return isTyped(controls(form, name)[0]) ? value : word(value);
}

/** Everything that was filled in, as a list of what it is called and what was said. */
export function listed(form, whole) {
  return names(form)
    .filter((name) => whole[name] !== undefined)
    .flatMap((name) => [make("dt", {}, label(form, name)), make("dd", {}, inWords(form, name, whole[name]))]);
}

const isEmpty = (value) => value === null || value === undefined || (Array.isArray(value) && !value.length);

/** What has changed, as a list: `changes` has what was and what is, by field. */
export function listedChanges(form, changes) {
  return Object.entries(changes).flatMap(([name, [old, now]]) => [
    make("dt", {}, label(form, name)),
    make("dd", {}, ...(isEmpty(old) ? [] : [make("s", {}, inWords(form, name, old)), " → "]), inWords(form, name, now)),
  ]);
}

/** Each field of this form that differs between two records, with what was and what is. */
export function differences(form, stored, current) {
  const different = names(form).filter((name) => !same(stored[name], current[name]));
  return Object.fromEntries(different.map((name) => [name, [stored[name], current[name]]]));
}

/** Merges the user's input with the changes to the record meanwhile, field by field.

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

/** Shows the record's current value next to each field with a conflict. */
export function tellContested(form, contested, current) {
  for (const name of contested) {
    const field = find(`[name="${name}"]`, form).closest(".field");
    find(".contested", field)?.remove();
    field.append(make("p", { class: "contested" }, say("contested", { value: inWords(form, name, current[name]) })));
  }
}

/** Removes these values again. */
export const clearContested = (form) => findAll(".contested", form).forEach((said) => said.remove());

/** Merges, shows the conflicts, and returns the values of the controls without the user's input. */
export function rebase(form, before, stored, current) {
  tellContested(form, merge(form, before, stored, current), current);
  return untouched(form, current);
}

/** Returns the values that the controls would have for these answers; does not change the controls. */
export function untouched(form, answers) {
  const typed = values(form);
  fill(form, answers);
  const held = values(form);
  fill(form, typed);
  return held;
}
