// What has changed in a registration: staff see it, old and new.

import { fieldNames, isEmpty, isEqual, label, readableValue } from "./fields";
import { make } from "./page";

/** The changes as a list: `changes` has the old and new value of each field. */
export function changeList(form, changes) {
  return Object.entries(changes).flatMap(([name, [old, now]]) => [
    make("dt", {}, label(form, name)),
    make("dd", {}, ...(isEmpty(old) ? [] : [make("s", {}, readableValue(form, name, old)), " → "]), readableValue(form, name, now)),
  ]);
}

/** Each field of this form that differs between two records, with both values. */
export function differences(form, stored, current) {
  const different = fieldNames(form).filter((name) => !isEqual(stored[name], current[name]));
  return Object.fromEntries(different.map((name) => [name, [stored[name], current[name]]]));
}
