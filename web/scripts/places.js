// How many spots of an event are taken, offered, and waited for: for staff.

import { get } from "./service";
import { ngettext } from "./texts";

/** Says it in a sentence: "214 of 300 spots taken, 2 offered, 12 waiting". */
export function spotsText({ capacity, taken, offered, waiting }) {
  const parts = [takenText(taken, capacity)];
  // Translators: spots that were offered, and people who wait for one: "214 of 300 spots taken, 2 offered, 12 waiting".
  if (offered) parts.push(ngettext("{count} offered", "{count} offered", offered));
  if (waiting !== null) parts.push(ngettext("{count} waiting", "{count} waiting", waiting));
  return parts.join(", ");
}

function takenText(taken, capacity) {
  if (capacity === null) return ngettext("{count} spot taken", "{count} spots taken", taken);
  // Translators: {count} is the number of all spots.
  return ngettext("{taken} of {count} spot taken", "{taken} of {count} spots taken", capacity, { taken });
}

/** Shows it at a place of the page. The page is as good without, so a failure leaves the place empty. */
export async function showSpots(place, eventId) {
  try {
    place.textContent = spotsText(await get(`/admin/events/${eventId}/places`));
  } catch {
    place.textContent = "";
  }
}
