// How many spots of an event are taken, offered, and waited for: for staff.

import { get } from "./service";
import { say, sayCount } from "./texts";

/** Says it in a sentence: "214 of 300 spots taken, 2 offered, 12 waiting". */
export function spotsText({ capacity, taken, offered, waiting }) {
  const parts = [takenText(taken, capacity)];
  if (offered) parts.push(say("spotsOffered", { offered }));
  if (waiting !== null) parts.push(say("spotsWaiting", { waiting }));
  return parts.join(", ");
}

function takenText(taken, capacity) {
  if (capacity === null) return sayCount("spotsTaken", taken);
  return sayCount("spotsTakenOf", capacity, { taken });
}

/** Shows it at a place of the page. The page is as good without, so a failure leaves the place empty. */
export async function showSpots(place, eventId) {
  try {
    place.textContent = spotsText(await get(`/admin/events/${eventId}/places`));
  } catch {
    place.textContent = "";
  }
}
