// The form of a registration: converts the controls' values to the service's format and back.

import { find, findAll, labelOf, make } from "./page";
import { hasMinimumAge, minimumAge } from "./minimum-age";
import { day, gettext, pgettext, phone, word } from "./texts";

const PHONES = ["phone1", "phone2"];

/** The names of a form's fields, in its order. Controls with `data-beside` aren't part of the form. */
export const fieldNames = (form) => [...new Set(findAll("[name]:not([data-beside])", form).map((control) => control.name))];

/** The groups of a form: their names and headings. */
export const groupsOf = (form) =>
  findAll("[data-group]", form).map((group) => ({ name: group.dataset.group, label: find("legend", group).textContent }));

const controls = (form, name) => findAll(`[name="${name}"]:not([data-beside])`, form);
const isList = (form, name) => controls(form, name).length > 1 && controls(form, name)[0].type === "checkbox";

/** The values of the controls, without empty ones. */
export function formValues(form) {
  const found = {};
  for (const name of fieldNames(form)) {
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
export function setValue(form, name, value) {
  const found = controls(form, name);
  for (const control of found) {
    if (["checkbox", "radio"].includes(control.type)) {
      const wanted = Array.isArray(value) ? value.includes(control.value) : String(value) === control.value;
      control.checked = value !== undefined && wanted;
      // Offer a choice of an earlier version if the stored answer is that choice.
      const former = control.closest("[data-former]");
      if (former) former.hidden = !control.checked;
    } else control.value = value === undefined ? "" : PHONES.includes(name) ? phone(value) : value;
  }
}

/** Shows the event's start and minimum age beside the question for the age. */
export function showAgeHint(form, event) {
  const facts = { day: day(event.startsOn), age: minimumAge(event) };
  find("#age-hint", form).textContent = hasMinimumAge(event)
    ? // Translators: {age} is, for example, “16 or older”.
      gettext("The event starts {day}. You must be {age} on that day.", facts)
    : gettext("The event starts {day}.", facts);
}

/** Formats the phone numbers of a saved form, except one that the user is editing. */
export function showPhones(form, saved) {
  for (const name of PHONES) {
    const control = form.elements.namedItem(name);
    if (name in saved && control !== document.activeElement) control.value = phone(saved[name]);
  }
}

/** Puts a whole form into the controls. */
export const setValues = (form, whole) => fieldNames(form).forEach((name) => setValue(form, name, whole[name]));

export const isEqual = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value) => (Array.isArray(value) ? [...value].sort() : value);

/** The label of a field, even if this form does not contain it. */
export const label = (form, name) => (controls(form, name).length ? labelOf(controls(form, name)[0]) : word(name));

// The page translates chosen values only: a typed last name "White" stays as it is.
const isTyped = (control) => control && !["checkbox", "radio", "select-one"].includes(control.type);

/** A value as readable text. */
export function readableValue(form, name, value) {
  if (isEmpty(value)) return gettext("(blank)");
  if (Array.isArray(value)) return inFormOrder(form, name, value).map(word).join(", ");
  if (typeof value === "boolean") return value ? pgettext("answer", "Yes") : pgettext("answer", "No");
  if (PHONES.includes(name)) return phone(value);
  return isTyped(controls(form, name)[0]) ? value : word(value);
}

/** Chosen values in the form's order; first those that this form does not have. */
function inFormOrder(form, name, chosen) {
  const order = controls(form, name).map((control) => control.value);
  return [...chosen].sort((one, other) => order.indexOf(one) - order.indexOf(other));
}

/** All answers, as a list of labels and values. */
export function answerList(form, whole) {
  return fieldNames(form)
    .filter((name) => whole[name] !== undefined)
    .flatMap((name) => [make("dt", {}, label(form, name)), make("dd", {}, readableValue(form, name, whole[name]))]);
}

export const isEmpty = (value) => value === null || value === undefined || (Array.isArray(value) && !value.length);

/** Merges the user's input with the changes to the record in the meantime, field by field.

    `before` is what the controls held when both were the same, `stored` the record then,
    `current` the record now. What was typed is never lost: where both sides have changed a
    field, the controls keep what was typed, and the field's name is given.
*/
export function mergeChanges(form, before, stored, current) {
  const typed = formValues(form);
  const contested = [];
  for (const name of fieldNames(form)) {
    if (isEqual(stored[name], current[name])) continue;
    if (isEqual(typed[name], before[name])) setValue(form, name, current[name]);
    else if (!isEqual(typed[name], current[name])) contested.push(name);
  }
  return contested;
}

/** Shows the record's current value next to each field with a conflict. */
export function showConflicts(form, contested, current) {
  for (const name of contested) {
    const field = find(`[name="${name}"]`, form).closest(".field");
    find(".contested", field)?.remove();
    field.append(make("p", { class: "contested" }, gettext("Someone else changed this to “{value}”. We kept what you typed.", { value: readableValue(form, name, current[name]) })));
  }
}

/** Removes these values again. */
export const clearConflicts = (form) => findAll(".contested", form).forEach((said) => said.remove());

/** Merges, shows the conflicts, and returns the values of the controls without the user's input. */
export function rebaseInput(form, before, stored, current) {
  showConflicts(form, mergeChanges(form, before, stored, current), current);
  return valuesWithoutInput(form, current);
}

/** Returns the values that the controls would have for these answers; does not change the controls. */
export function valuesWithoutInput(form, answers) {
  const typed = formValues(form);
  setValues(form, answers);
  const held = formValues(form);
  setValues(form, typed);
  return held;
}
