// What a page is to show stands in its own address: it can be shared, and Back works.

import { untilAnswered } from "./inside";
import { make } from "./page";
import { readAll } from "./service";

export const asked = new URLSearchParams(location.search);

/** An identifier that the address names, or null; nothing else may get into a path. */
export function identifier(name) {
  const given = asked.get(name) ?? "";
  return /^[\w-]{1,64}$/.test(given) ? given : null;
}

/** Fills a list of events; gives the one that the address names, or else the newest, if any. */
export async function chooseEvent(select) {
  const events = await untilAnswered(() => readAll("/events"));
  const chosen = events.find((event) => event.id === asked.get("event")) ?? events[0];
  select.replaceChildren(...events.map((event) => make("option", { value: event.id }, event.name)));
  if (chosen) {
    select.value = chosen.id;
    asked.set("event", chosen.id);
    history.replaceState(null, "", `?${asked}${location.hash}`);
  }
  return chosen;
}

/** Fills a form with what the address asks for, and gives that.

    What is left empty in the form is left out of the address when it is sent.

    @returns {Record<string, any>}
*/
export function takeUp(form) {
  for (const [name, value] of asked) {
    const control = form.elements.namedItem(name);
    if (control) control.value = value;
  }
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
  });
  return Object.fromEntries(new FormData(form));
}
