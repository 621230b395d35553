import { find, make } from "./page";
import { requireAccount, withRetry } from "./signed-in";
import { hasMinimumAge, minimumAge } from "./minimum-age";
import { base, getAll } from "./service";
import { day, deadlineOf, say } from "./texts";

await requireAccount();
const events = await withRetry(() => getAll("/events"));
const open = events.filter((event) => event.isOpen);
const coming = events.filter((event) => Date.parse(event.registrationOpensAt) > Date.now());

function card(event, explained) {
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = event.name;
  find(".when", made).textContent = say("fromTo", { from: day(event.startsOn), to: day(event.endsOn) });
  find(".age", made).textContent = hasMinimumAge(event) ? say("mustBe", { age: minimumAge(event) }) : "";
  find(".explained", made).textContent = explained;
  const link = find("a", made);
  link.textContent = say("registerNow");
  link.href = `${base}/register/${event.id}`;
  if (!event.isOpen) link.remove();
  return made;
}

if (open.length === 1) location.replace(`${base}/register/${open[0].id}`);
else {
  find("#events").replaceChildren(
    ...open.map((event) => card(event, say("openUntil", { moment: deadlineOf(event, event.registrationClosesAt) }))),
    ...coming.map((event) => card(event, say("opensAt", { moment: deadlineOf(event, event.registrationOpensAt) }))),
  );
  if (!open.length && !coming.length) find("#events").append(make("p", {}, say("nothingOpen")));
}
