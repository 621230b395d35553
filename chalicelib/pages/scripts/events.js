// Events: all of them to read, and for a SuperAdmin to make and to change.

import { clearContested, differences, fill, listedChanges, merge, tellContested, values } from "./fields";
import { dropKept, keep, kept, staffSignedIn, untilAnswered } from "./inside";
import { announce, clearProblems, find, make, onPress, onSubmit, sentence } from "./page";
import { ask, base, readAll, Refused } from "./service";
import { day, moment, say, word } from "./texts";

const { role } = await staffSignedIn();
const form = find("#event");
const control = (name) => form.elements.namedItem(name);
const MOMENTS = ["registrationOpensAt", "registrationClosesAt"];

let event = null; // what is being changed, as it was read; null for a new one

/** A moment as a control for local time takes it. */
function local(time) {
  const date = new Date(time);
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}
const universal = (typed) => typed && `${new Date(typed).toISOString().slice(0, 19)}Z`;

/** An event as the controls hold it. */
function typed({ id, name, startsOn, endsOn, minimumAge, capacity, ...dates }) {
  const moments = Object.fromEntries(MOMENTS.map((one) => [one, local(dates[one])]));
  fill(form, { id, name, startsOn, endsOn, minimumAge, capacity: capacity ?? undefined, ...moments });
  return values(form);
}

// What is typed is kept for each event by itself until it is saved or given up: a session may end before.
const placeOf = (one) => `events/${one?.id ?? ""}`;
const remember = () => keep(placeOf(event), { mine: values(form), old: event });
form.addEventListener("input", remember);

/** Puts what was typed over an event that may have changed; gives that as it was and as it is. */
function takeUp(mine, old, current) {
  const [stored, theirs] = [typed(old), typed(current)];
  fill(form, mine);
  tellContested(form, merge(form, stored, stored, theirs), theirs);
  return [stored, theirs];
}

function open(chosen) {
  event = chosen;
  clearProblems(form);
  clearContested(form);
  form.reset();
  find("#meanwhile").hidden = true;
  find("#editing").textContent = event ? event.name : say("newEvent");
  control("id").readOnly = Boolean(event);
  if (event) typed(event);
  const waiting = kept(placeOf(event));
  if (waiting && event) takeUp(waiting.mine, waiting.old, event);
  else if (waiting) fill(form, waiting.mine);
  find("#editor").hidden = false;
  find("#editing").focus();
  find("#editor").scrollIntoView({ block: "start" });
}

function close() {
  dropKept(placeOf(event));
  find("#editor").hidden = true;
  find("#content").focus();
}

/** Takes up what somebody else has made of the event; what was typed stays. */
function meet(current) {
  const [stored, theirs] = takeUp(values(form), event, current);
  event = current;
  remember();
  const said = find("#meanwhile");
  find("dl", said).replaceChildren(...listedChanges(form, differences(form, stored, theirs)));
  said.hidden = false;
  said.focus();
}

onSubmit(form, async () => {
  clearContested(form);
  find("#meanwhile").hidden = true;
  const { id = "", name, capacity, ...given } = values(form);
  if (!/^[\w-]{1,64}$/.test(id)) throw new Refused(422, { fields: { id: say("eventIdHelp") } });
  const body = { ...given, name, capacity: capacity === undefined ? null : Number(capacity), ...(event && { version: event.version }) };
  for (const one of MOMENTS) body[one] = universal(given[one]);
  // Before there is an answer, another one may be opened, or this one given up.
  const saving = placeOf(event);
  const isOpen = () => placeOf(event) === saving && !find("#editor").hidden;
  try {
    await ask("PUT", `/admin/events/${id}`, body);
  } catch (error) {
    if (!isOpen() && error.code !== "not_signed_in") {
      // What is wrong with this one is nothing to the form of another.
      announce(`${name ?? id}: ${sentence(error)}`, "wrong");
      return;
    }
    if (error.code !== "stale_version" || !error.current) throw error;
    if (!event) throw new Refused(422, { fields: { id: say("eventIdTaken") } });
    meet(error.current);
    return;
  }
  if (isOpen()) close();
  else dropKept(saving);
  announce(say("eventSaved"));
  await list();
});

function card(one) {
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = one.name;
  find(".status", made).textContent = one.isOpen ? say("isOpen") : say("isClosed");
  find(".status", made).dataset.status = one.isOpen ? "Hired" : "Withdrawn";
  find("code", made).textContent = one.id;
  find(".dates", made).textContent = say("fromTo", { from: day(one.startsOn), to: day(one.endsOn) });
  find(".window", made).textContent = say("fromTo", { from: moment(one.registrationOpensAt), to: moment(one.registrationClosesAt) });
  find(".age", made).textContent = word(one.minimumAge);
  find(".capacity", made).textContent = one.capacity ?? say("noLimit");
  find(".list", made).href = `${base}/staff?${new URLSearchParams({ event: one.id })}`;
  find(".sum", made).href = `${base}/staff/summary?${new URLSearchParams({ event: one.id })}`;
  const button = find("button", made);
  if (role === "SuperAdmin") onPress(button, () => open(one));
  else button.remove();
  return made;
}

async function list() {
  const events = await readAll("/events");
  find("#events").replaceChildren(...events.map(card));
  if (!events.length) find("#events").append(make("p", {}, say("noEvents")));
  return events;
}

const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
find("#zone").textContent = say("inZone", { zone: timeZone });
onPress(find("#new"), () => open(null));
find("#leave").addEventListener("click", close);
const events = await untilAnswered(list);
const waiting = [null, ...events].find((one) => kept(placeOf(one)));
if (waiting !== undefined && role === "SuperAdmin") open(waiting);
