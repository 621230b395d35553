// The page's URL contains its filters, so users can share it, and the Back button works.

import { rememberedEvent, rememberEvent, withRetry } from "./signed-in";
import { find, make } from "./page";
import { asked } from "./page-query";
import { getAll } from "./service";
import { day, pgettext } from "./texts";

/** Events as staff need them: the open ones first, then the next to open, then the latest, then hidden ones. */
export function sortEvents(events) {
  const isComing = (event) => Date.parse(event.registrationOpensAt) > Date.now();
  const rank = (event) => (event.hidden ? 3 : event.isOpen ? 0 : isComing(event) ? 1 : 2);
  const compare = (one, other) => (one < other ? -1 : Number(one > other));
  return [...events].sort((one, other) => {
    if (rank(one) !== rank(other)) return rank(one) - rank(other);
    return rank(one) > 1
      ? compare(other.registrationClosesAt, one.registrationClosesAt)
      : compare(one.registrationOpensAt, other.registrationOpensAt);
  });
}

let events = [];

/** An event of those to choose from. */
export const findEvent = (id) => events.find((event) => event.id === id);

/** Fills a list of events, and names the chosen one in the heading; gives it, if there is any event.

    That is the event in the address, or else the one that was last chosen in this tab, or else the first.
*/
export async function chooseEvent(select) {
  events = sortEvents(await withRetry(() => getAll("/admin/events")));
  const chosen = findEvent(asked.get("event")) ?? findEvent(rememberedEvent()) ?? events[0];
  const isTwice = ({ name }) => events.filter((event) => event.name === name).length > 1;
  const dated = (event) => (isTwice(event) ? `${event.name} (${day(event.startsOn)})` : event.name);
  const label = (event) => (event.hidden ? `${dated(event)} · ${pgettext("event", "Hidden")}` : dated(event));
  select.replaceChildren(...events.map((event) => make("option", { value: event.id }, label(event))));
  if (chosen) {
    select.value = chosen.id;
    showSelectedEvent(chosen);
  }
  return chosen;
}

const title = find("h1")?.textContent;

/** Names the chosen event in the heading and the address, and has the links of this tab lead to it. */
export function showSelectedEvent(event) {
  // The space before the dot doesn't break: no line begins with a dot.
  find("h1").textContent = `${event.name}\u00a0· ${title}`;
  document.title = `${event.name} · ${title} · Breeze Lakes Point`;
  asked.set("event", event.id);
  history.replaceState(null, "", `?${asked}${location.hash}`);
  rememberEvent(event.id);
}

/** Fills a form from the page's query, and returns its values.

    What is left empty in the form is left out of the address when it is sent.

    @returns {Record<string, any>}
*/
export function fillFormFromQuery(form) {
  for (const [name, value] of asked) {
    const control = form.elements.namedItem(name);
    if (control) control.value = value;
  }
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
  });
  return Object.fromEntries(new FormData(form));
}
