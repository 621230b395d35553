// Registrations that one person may have made twice: the same name and phone number in two accounts.

import { make } from "./page";
import { personName, registrationUrl } from "./records";
import { get } from "./service";
import { gettext, word } from "./texts";

/** The registrations of an event with the same name and phone number; `own` is whose it is not about. */
export async function findDuplicates(event, person, own) {
  if (!person.phone1 && !person.phone2) return [];
  const names = ["firstName", "lastName", "phone1", "phone2"];
  const query = new URLSearchParams(names.map((name) => [name, person[name] ?? ""]));
  const { items } = await get(`/admin/events/${event}/duplicates?${query}`);
  return items.filter(({ userId }) => userId !== own);
}

/** A list with a link to each; `attributes` are the links'. */
export const duplicateList = (event, found, attributes = {}) =>
  make("ul", {}, ...found.map(({ userId, status, reference, ...form }) => {
    const link = make("a", { href: registrationUrl(event, userId), ...attributes }, personName({ form, username: reference }));
    return make("li", {}, link, ` · ${word(status)} · ${reference}`);
  }));

/** Shows a warning about duplicates, removes it, or says that the check failed.

    `current` gives the registration that is shown. When a response comes after it has changed, it is ignored.
*/
export async function showDuplicates(place, event, current) {
  const shown = current();
  const found = await findDuplicates(event, shown.form, shown.userId).catch(() => null);
  if (shown !== current()) return;
  place.hidden = found?.length === 0;
  if (found) place.replaceChildren(make("p", {}, gettext("The same name and phone number are registered for this event in another account. It may be the same person.")), duplicateList(event, found));
  else place.replaceChildren(gettext("We couldn’t check whether this person is registered in another account."));
}
