import { showEmailNotice } from "./confirm-email";
import { find, make, onPress } from "./page";
import { requireAccountAnd, withRetry } from "./signed-in";
import { showOffer } from "./offers";
import { send, base, get, getAll, getEvent } from "./service";
import { statusText, showStatus } from "./statuses";
import { deadlineOf, gettext } from "./texts";

const [account, [registrations, events]] = await requireAccountAnd(() => Promise.all([get("/registrations"), getAll("/events")]));
showEmailNotice(account);
if (account.usernameReplacedAt) showNewUsername();
const place = find("#registrations");
const isListed = (id) => events.some((event) => event.id === id);
const unlisted = registrations.items.map((one) => one.eventId).filter((id) => !isListed(id));
const hidden = await withRetry(() => Promise.all(unlisted.map(getEvent)));
const eventsById = new Map([...events, ...hidden].map((event) => [event.id, event]));

function card(event, explanation, action, registration) {
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = event.name;
  if (registration) {
    showStatus(find(".status", made), registration.status);
    find(".reference", made).textContent = gettext("Reference number {reference}", { reference: registration.reference });
  } else find(".standing", made).remove();
  find(".explained", made).textContent = explanation;
  const link = find("a", made);
  link.textContent = action;
  link.href = `${base}/register/${event.id}`;
  if (registration) {
    const shown = find(".card", made);
    showOffer(find(".offer", made), registration, event, (now) => {
      shown.replaceWith(ownCard(now));
      find("#content").focus();
    });
  }
  return made;
}

function ownCard(one) {
  const event = eventsById.get(one.eventId) ?? { id: one.eventId, name: one.eventId, isOpen: false, timeZone: "UTC" };
  const unfinished = one.status === "Draft" && event.isOpen;
  return card(event, statusText(one, event), unfinished ? gettext("Continue registration") : gettext("View registration"), one);
}

const own = new Set(registrations.items.map((one) => one.eventId));
const todo = events
  .filter((event) => event.isOpen && !own.has(event.id))
  .map((event) => card(event, gettext("Register by {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) }), gettext("Register")));
const registrationCards = registrations.items.map(ownCard);
place.replaceChildren(...registrationCards, ...todo);
if (!place.children.length) place.append(make("p", {}, gettext("No events are open for registration right now.")));

/** Tells an owner that their username, another person's email address, had to be replaced. */
function showNewUsername() {
  find("#renamed-help").textContent = gettext("Your username is {username} now. You used an email address to sign in, and another person has confirmed that it’s theirs. Your data didn’t change. Write down your new username.", { username: account.username });
  find("#renamed").hidden = false;
  onPress(find("#renamed-read"), async () => {
    await send("PATCH", "/me", { usernameReplacedAt: null });
    find("#renamed").hidden = true;
    find("#content").focus();
  });
}
