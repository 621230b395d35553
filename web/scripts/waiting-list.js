// Free spots are offered to the waiting list; staff call those whom no email reaches.

import { requireStaff, withRetry } from "./signed-in";
import { announce, confirmed, find, onPress, show } from "./page";
import { spotsText } from "./places";
import { personName, registrationUrl } from "./records";
import { send, base, get } from "./service";
import { deadlineOf, gettext, momentOf, phone } from "./texts";
import { chooseEvent } from "./list-query";

await requireStaff();
const event = await chooseEvent(find("#event"));
const path = `/admin/events/${event?.id}`;

function row(registration) {
  const { userId, form, version, offer, reference, waitlistedAt } = registration;
  const made = find("#offer").content.cloneNode(true);
  const name = personName(registration);
  const link = find(".name-link", made);
  link.textContent = name;
  link.href = registrationUrl(event.id, userId);
  find(".reference", made).textContent = reference;
  find(".phones", made).textContent = [form.phone1, form.phone2].filter(Boolean).map(phone).join(" · ");
  if (waitlistedAt) find(".since", made).textContent = gettext("Waiting since {moment}", { moment: momentOf(event, waitlistedAt) });
  const isOver = Date.parse(offer.until) <= Date.now();
  const until = { moment: deadlineOf(event, offer.until) };
  find(".until", made).textContent = isOver ? gettext("Expired {moment}. It goes to the next person shortly.", until) : gettext("Answer by {moment}", until);
  const answer = (status, question, yes, said) => async () => {
    if (!(await confirmed(question, yes))) return;
    await send("POST", `${path}/registrations/${userId}/status`, { status, version });
    announce(said);
    await showOffers();
  };
  onPress(find(".accept", made), answer("Submitted", gettext("Accept the spot for {name}?", { name }), gettext("Accept"), gettext("{name} has the spot.", { name })));
  onPress(find(".decline", made), answer("Withdrawn", gettext("Decline the spot for {name}? This withdraws their registration.", { name }), gettext("Decline"), gettext("{name} declined. The spot goes to the next person.", { name })));
  return made;
}

async function showOffers() {
  const [places, offers] = await Promise.all([get(`${path}/places`), get(`${path}/offers`)]);
  find("#places").textContent = spotsText(places);
  for (const [part, isReached] of [["to-call", false], ["mailed", true]]) {
    const some = offers.items.filter((one) => one.reachedByEmail === isReached);
    find(`#${part}`).replaceChildren(...some.map(row));
    find(`#none-${part}`).hidden = some.length > 0;
  }
  show("offers");
}

if (event) {
  find("#everyone").href = `${base}/staff?${new URLSearchParams({ event: event.id, status: "Waitlisted", sort: "submittedAt" })}`;
  await withRetry(showOffers);
} else {
  find("#places").textContent = gettext("No events yet");
  find("#list-query").hidden = true;
}
