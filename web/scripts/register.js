import { find, make } from "./page";
import { requireAccountAnd } from "./signed-in";
import { hasMinimumAge, minimumAge } from "./minimum-age";
import { base, get, getAll } from "./service";
import { statusText } from "./statuses";
import { day, deadlineOf, gettext } from "./texts";

const [, [registrations, events]] = await requireAccountAnd(() => Promise.all([get("/registrations"), getAll("/events")]));
const ownByEvent = new Map(registrations.items.map((one) => [one.eventId, one]));
const open = events.filter((event) => event.isOpen);
const coming = events.filter((event) => Date.parse(event.registrationOpensAt) > Date.now());

function card(event, explained) {
  const own = ownByEvent.get(event.id);
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = event.name;
  find(".when", made).textContent = gettext("{from} – {to}", { from: day(event.startsOn), to: day(event.endsOn) });
  // Translators: {age} is, for example, “16 or older”.
  const age = () => gettext("You must be {age} on the first day.", { age: minimumAge(event) });
  find(".age", made).textContent = hasMinimumAge(event) ? age() : "";
  find(".explained", made).textContent = own ? statusText(own, event) : explained;
  const link = find("a", made);
  link.textContent = action(own);
  link.href = `${base}/register/${event.id}`;
  if (!event.isOpen && !own) link.remove();
  return made;
}

function action(own) {
  if (!own) return gettext("Register");
  return own.status === "Draft" ? gettext("Continue registration") : gettext("View registration");
}

if (open.length === 1) location.replace(`${base}/register/${open[0].id}`);
else {
  find("#events").replaceChildren(
    ...open.map((event) => card(event, gettext("Register by {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) }))),
    ...coming.map((event) => card(event, gettext("Registration opens {moment}.", { moment: deadlineOf(event, event.registrationOpensAt) }))),
  );
  if (!open.length && !coming.length) find("#events").append(make("p", {}, gettext("No events are open for registration right now.")));
}
