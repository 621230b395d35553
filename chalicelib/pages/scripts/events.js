// Events: all staff read them, and those who may manage events create and change them.

import { knownZone, localTime, momentsAt, nextYear, timeZones } from "./event-times";
import { clearContested, differences, fill, listedChanges, merge, tellContested, values } from "./fields";
import { dropKept, keep, kept, permits, staffSignedIn, untilAnswered } from "./inside";
import { announce, clearProblems, find, make, onPress, onSubmit, sentence } from "./page";
import { tellSpots } from "./places";
import { ask, base, readAll, Refused } from "./service";
import { minimumAge } from "./minimum-age";
import { day, momentOf, say } from "./texts";

const canManage = permits(await staffSignedIn(), "manageEvents");
const form = find("#event");
const control = (name) => form.elements.namedItem(name);
const DAYS = ["startsOn", "endsOn"];
const MOMENTS = ["registrationOpensAt", "registrationClosesAt"];

let event = null; // what is being changed, as it was read; null for a new one

/** An event as the controls hold it. */
function typed({ id, name, startsOn, endsOn, timeZone, minimumAge, capacity, offerHours, hidden, ...dates }) {
  offerZones(timeZone);
  const moments = Object.fromEntries(MOMENTS.map((one) => [one, localTime(dates[one], knownZone(timeZone))]));
  fill(form, { id, name, startsOn, endsOn, timeZone, minimumAge, capacity: capacity ?? undefined, offerHours, hidden, ...moments });
  return values(form);
}

/** Lists the time zones to choose from, this one among them. */
function offerZones(timeZone) {
  const zones = [...new Set([timeZone, ...timeZones()])];
  control("timeZone").replaceChildren(...zones.map((zone) => make("option", { value: zone }, zone.replaceAll("_", " "))));
  control("timeZone").value = timeZone;
}

function tellZone() {
  find("#zone").textContent = say("inZone", { zone: knownZone(control("timeZone").value).replaceAll("_", " ") });
}

// The page keeps the input for each event until the user saves or discards it: a session may end before.
const placeOf = (one) => `events/${one?.id ?? ""}`;
const remember = () => keep(placeOf(event), { mine: values(form), old: event });
form.addEventListener("input", remember);

/** Restores the input for an event that may have changed; returns the old and the current event. */
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
  else offerZones(control("timeZone").dataset.default);
  const waiting = kept(placeOf(event));
  if (waiting && event) takeUp(waiting.mine, waiting.old, event);
  else if (waiting) fill(form, waiting.mine);
  tellZone();
  find("#editor").hidden = false;
  find("#editing").focus();
  find("#editor").scrollIntoView({ block: "start" });
}

/** Opens a new event with another event's values, one year later, but without its name in links. */
function copy(one) {
  dropKept(placeOf(null));
  open(null);
  typed({ ...one, id: undefined, hidden: false });
  for (const name of [...DAYS, ...MOMENTS]) control(name).value = nextYear(control(name).value);
  remember();
  tellZone();
}

function close() {
  dropKept(placeOf(event));
  find("#editor").hidden = true;
  find("#content").focus();
}

/** Loads another staff member's changes to the event; keeps the user's input. */
function meet(current) {
  const [stored, theirs] = takeUp(values(form), event, current);
  event = current;
  remember();
  const said = find("#meanwhile");
  find("dl", said).replaceChildren(...listedChanges(form, differences(form, stored, theirs)));
  said.hidden = false;
  said.focus();
}

/** What is typed as the service takes it; all that it cannot mean is said at once, each at its field.

    @returns {{ id: string, body: Record<string, any> }}
*/
function checked() {
  const { id = "", capacity, offerHours, ...given } = values(form);
  const fields = {};
  if (!("name" in given)) fields.name = say("eventNameNeeded");
  if (!/^[\w-]{1,64}$/.test(id)) fields.id = say("eventIdHelp");
  for (const name of DAYS) if (!isWhole(control(name))) fields[name] = say("dateNeeded");
  for (const name of MOMENTS) {
    const moments = isWhole(control(name)) ? momentsOf(name, given) : [];
    if (!isWhole(control(name))) fields[name] = say("momentNeeded");
    else if (!moments.length) fields[name] = say("momentSkipped");
    else if (moments.length > 1) fields[name] = say("momentTwice");
    given[name] = moments[0];
  }
  if (capacity !== undefined && !/^\d{1,7}$/.test(capacity)) fields.capacity = say("capacityWrong");
  if (offerHours !== undefined && !/^\d{1,3}$/.test(offerHours)) fields.offerHours = say("offerHoursWrong");
  if (Object.keys(fields).length) throw new Refused(422, { fields });
  const places = capacity === undefined ? null : Number(capacity);
  const hidden = control("hidden").checked;
  const hours = offerHours === undefined ? null : Number(offerHours);
  return { id, body: { ...given, hidden, capacity: places, offerHours: hours, ...(event && { version: event.version }) } };
}

/** Whether a date is all there, and in a year that the service takes: what is begun has no value yet. */
const isWhole = (date) => date.value !== "" && date.validity.valid;

/** The moments that a control can mean. A control that wasn't changed keeps its moment. */
function momentsOf(name, given) {
  const zone = knownZone(given.timeZone);
  const isUntouched = event?.timeZone === given.timeZone && localTime(event[name], zone) === given[name];
  return isUntouched ? [event[name]] : momentsAt(given[name], zone);
}

onSubmit(form, async () => {
  clearContested(form);
  find("#meanwhile").hidden = true;
  const { id, body } = checked();
  // Before the response arrives, the user may open another event or discard this one.
  const saving = placeOf(event);
  const isOpen = () => placeOf(event) === saving && !find("#editor").hidden;
  try {
    await ask("PUT", `/admin/events/${id}`, body);
  } catch (error) {
    if (!isOpen() && !error.isSignedOut) {
      // The form of another event must not show this event's errors.
      announce(`${body.name}: ${sentence(error)}`, "wrong");
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
  find(".status", made).textContent = one.hidden ? say("isHidden") : one.isOpen ? say("isOpen") : say("isClosed");
  find(".status", made).dataset.status = one.isOpen && !one.hidden ? "Hired" : "Withdrawn";
  find("code", made).textContent = one.id;
  find(".dates", made).textContent = say("fromTo", { from: day(one.startsOn), to: day(one.endsOn) });
  const [from, to] = MOMENTS.map((name) => momentOf(one, one[name]));
  find(".window", made).textContent = say("fromTo", { from, to });
  find(".age", made).textContent = minimumAge(one);
  find(".capacity", made).textContent = one.capacity ?? say("noLimit");
  tellSpots(find(".spots", made), one.id);
  find(".list", made).href = `${base}/staff?${new URLSearchParams({ event: one.id })}`;
  find(".sum", made).href = `${base}/staff/summary?${new URLSearchParams({ event: one.id })}`;
  const offer = (button, act) => (canManage ? onPress(button, () => act(one)) : button.remove());
  offer(find(".change", made), open);
  offer(find(".copy", made), copy);
  return made;
}

async function list() {
  const events = await readAll("/admin/events");
  find("#events").replaceChildren(...events.map(card));
  if (!events.length) find("#events").append(make("p", {}, say("noEvents")));
  return events;
}

control("timeZone").addEventListener("change", tellZone);
onPress(find("#new"), () => open(null));
find("#leave").addEventListener("click", close);
const events = await untilAnswered(list);
const waiting = [null, ...events].find((one) => kept(placeOf(one)));
if (waiting !== undefined && canManage) open(waiting);
