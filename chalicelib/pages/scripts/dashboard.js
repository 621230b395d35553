import { find, make, onPress } from "./page";
import { signedIn, untilAnswered } from "./inside";
import { tellOffer } from "./offers";
import { ask, base, read, readAll, readEvent } from "./service";
import { explained, tellStatus } from "./statuses";
import { deadlineOf, say } from "./texts";

const account = await signedIn();
if (account.usernameReplacedAt) tellNewUsername();
const place = find("#registrations");
const [registrations, events] = await untilAnswered(() => Promise.all([read("/registrations"), readAll("/events")]));
const isListed = (id) => events.some((event) => event.id === id);
const unlisted = registrations.items.map((one) => one.eventId).filter((id) => !isListed(id));
const hidden = await untilAnswered(() => Promise.all(unlisted.map(readEvent)));
const named = new Map([...events, ...hidden].map((event) => [event.id, event]));

function card(event, explanation, action, registration) {
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = event.name;
  if (registration) {
    tellStatus(find(".status", made), registration.status);
    find(".reference", made).textContent = say("reference", { reference: registration.reference });
  } else find(".standing", made).remove();
  find(".explained", made).textContent = explanation;
  const link = find("a", made);
  link.textContent = action;
  link.href = `${base}/register/${event.id}`;
  if (registration) {
    const shown = find(".card", made);
    tellOffer(find(".offer", made), registration, event, (now) => {
      shown.replaceWith(ownCard(now));
      find("#content").focus();
    });
  }
  return made;
}

function ownCard(one) {
  const event = named.get(one.eventId) ?? { id: one.eventId, name: one.eventId, isOpen: false, timeZone: "UTC" };
  const unfinished = one.status === "Draft" && event.isOpen;
  return card(event, explained(one, event), unfinished ? say("continueDraft") : say("seeRegistration"), one);
}

const own = new Set(registrations.items.map((one) => one.eventId));
const todo = events
  .filter((event) => event.isOpen && !own.has(event.id))
  .map((event) => card(event, say("openUntil", { moment: deadlineOf(event, event.registrationClosesAt) }), say("registerNow")));
const begun = registrations.items.map(ownCard);
place.replaceChildren(...begun, ...todo);
if (!place.children.length) place.append(make("p", {}, say("nothingOpen")));

/** Tells an owner that their username, another person's email address, had to be replaced. */
function tellNewUsername() {
  find("#renamed-help").textContent = say("usernameReplaced", { username: account.username });
  find("#renamed").hidden = false;
  onPress(find("#renamed-read"), async () => {
    await ask("PATCH", "/me", { usernameReplacedAt: null });
    find("#renamed").hidden = true;
    find("#content").focus();
  });
}
