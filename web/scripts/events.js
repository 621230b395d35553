// Events: all staff read them, and those who may manage events create and change them.

import { knownZone, localTime, instantsAt, nextYear, timeZones } from "./event-times";
import { changeList, differences } from "./differences";
import { readTexts, textControls } from "./event-texts";
import { clearConflicts, formValues, mergeChanges, setValues, showConflicts } from "./fields";
import { dropKept, keep, kept, permits, requireStaff, withRetry } from "./signed-in";
import { announce, announceAfter, clearProblems, find, make, onPress, onSubmit, sentence } from "./page";
import { showSpots } from "./places";
import { send, base, getAll, ApiError } from "./service";
import { minimumAge } from "./minimum-age";
import { day, gettext, momentOf, pgettext } from "./texts";

const canManage = permits(await requireStaff(), "manageEvents");
const form = find("#event");
const control = (name) => form.elements.namedItem(name);
const DATE_FIELDS = ["startsOn", "endsOn"];
const TIME_FIELDS = ["registrationOpensAt", "registrationClosesAt"];

let event = null; // what is being changed, as it was read; null for a new one

/** An event in the format of the controls. */
function fillForm({ id, name, startsOn, endsOn, timeZone, minimumAge, capacity, offerHours, hidden, texts, ...dates }) {
  fillTimeZones(timeZone);
  const moments = Object.fromEntries(TIME_FIELDS.map((one) => [one, localTime(dates[one], knownZone(timeZone))]));
  setValues(form, { id, name, startsOn, endsOn, timeZone, minimumAge, capacity: capacity ?? undefined, offerHours, hidden, ...textControls(texts), ...moments });
  return formValues(form);
}

/** Lists the time zones to choose from, this one among them. */
function fillTimeZones(timeZone) {
  const zones = [...new Set([timeZone, ...timeZones()])];
  control("timeZone").replaceChildren(...zones.map((zone) => make("option", { value: zone }, zone.replaceAll("_", " "))));
  control("timeZone").value = timeZone;
}

function showTimeZone() {
  find("#zone").textContent = gettext("Times are in the event’s time zone: {zone}.", { zone: knownZone(control("timeZone").value).replaceAll("_", " ") });
}

// The page keeps the input for each event until the user saves or discards it: a session may end before.
const storageKey = (one) => `events/${one?.id ?? ""}`;
// A new event's name in links follows its name until someone types another.
control("name").addEventListener("input", () => {
  const field = control("id");
  if (event || field.value !== (field.dataset.made ?? "")) return;
  field.value = field.dataset.made = shortName(control("name").value);
});

/** The name in links that a name suggests: “Feria de Otoño 2027” gives feria-de-otono-2027. */
const shortName = (name) => name.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f'’]/g, "").replace(/[^a-z0-9]+/g, "-").slice(0, 64).replace(/^-|-$/g, "");

const storeTyped = () => keep(storageKey(event), { mine: formValues(form), old: event });
form.addEventListener("input", storeTyped);

/** Restores the input for an event that may have changed; returns the old and the current event. */
function mergeTyped(mine, old, current) {
  const [stored, theirs] = [fillForm(old), fillForm(current)];
  setValues(form, mine);
  showConflicts(form, mergeChanges(form, stored, stored, theirs), theirs);
  return [stored, theirs];
}

const previewUrl = ({ id }) => `${base}/admin/events/${id}/preview`;

function openEditor(chosen) {
  event = chosen;
  clearProblems(form);
  clearConflicts(form);
  form.reset();
  delete control("id").dataset.made;
  find("#changed-by-others").hidden = true;
  find("#editing").textContent = event ? event.name : gettext("New event");
  control("id").readOnly = Boolean(event);
  find("#preview").hidden = !event;
  if (event) find("#preview").href = previewUrl(event);
  if (event) fillForm(event);
  else fillTimeZones(control("timeZone").dataset.default);
  const waiting = kept(storageKey(event));
  if (waiting && event) mergeTyped(waiting.mine, waiting.old, event);
  else if (waiting) setValues(form, waiting.mine);
  showTimeZone();
  find("#editor").hidden = false;
  find("#editing").focus();
  find("#editor").scrollIntoView({ block: "start" });
}

/** Opens a new event with another event's values, one year later, but without its name in links. */
function copyEvent(one) {
  dropKept(storageKey(null));
  openEditor(null);
  fillForm({ ...one, id: undefined, hidden: false });
  for (const name of [...DATE_FIELDS, ...TIME_FIELDS]) control(name).value = nextYear(control(name).value);
  storeTyped();
  showTimeZone();
}

function closeEditor() {
  dropKept(storageKey(event));
  find("#editor").hidden = true;
  find("#content").focus();
}

/** Loads another staff member's changes to the event; keeps the user's input. */
function mergeCurrent(current) {
  const [stored, theirs] = mergeTyped(formValues(form), event, current);
  event = current;
  storeTyped();
  const said = find("#changed-by-others");
  find("dl", said).replaceChildren(...changeList(form, differences(form, stored, theirs)));
  said.hidden = false;
  said.focus();
}

/** Converts the input to the service's format; shows all errors at once, each at its field.

    @returns {{ id: string, body: Record<string, any> }}
*/
function validate() {
  const { texts, id = "", capacity, offerHours, ...given } = readTexts(form, formValues(form));
  const fields = {};
  if (!("name" in given)) fields.name = gettext("Enter a name.");
  if (!/^[\w-]{1,64}$/.test(id)) fields.id = gettext("Letters, numbers, hyphens and underscores, up to 64. You can’t change it later.");
  for (const name of DATE_FIELDS) if (!isComplete(control(name))) fields[name] = gettext("Enter a complete date between 2000 and 2999.");
  for (const name of TIME_FIELDS) {
    const moments = isComplete(control(name)) ? instantsOf(name, given) : [];
    if (!isComplete(control(name))) fields[name] = gettext("Enter a complete date and time between 2000 and 2999.");
    else if (!moments.length) fields[name] = gettext("The clocks go forward that night, and this time doesn’t exist. Enter another time.");
    else if (moments.length > 1) fields[name] = gettext("The clocks go back that night, and this time comes twice. Enter another time.");
    given[name] = moments[0];
  }
  if (capacity !== undefined && !/^\d{1,7}$/.test(capacity)) fields.capacity = gettext("Enter a whole number, for example 1200, or leave this blank.");
  if (offerHours !== undefined && !/^\d{1,3}$/.test(offerHours)) fields.offerHours = gettext("Enter a whole number from 1 to 336.");
  if (Object.keys(fields).length) throw new ApiError(422, { fields });
  const places = capacity === undefined ? null : Number(capacity);
  const hidden = control("hidden").checked;
  const hours = offerHours === undefined ? null : Number(offerHours);
  return { id, body: { ...given, texts, hidden, capacity: places, offerHours: hours, ...(event && { version: event.version }) } };
}

/** Whether a date is complete, and in a year that the service accepts: a partial date has no value. */
const isComplete = (date) => date.value !== "" && date.validity.valid;

/** The times that a control's value can mean. An unchanged control keeps its time. */
function instantsOf(name, given) {
  const zone = knownZone(given.timeZone);
  const isUntouched = event?.timeZone === given.timeZone && localTime(event[name], zone) === given[name];
  return isUntouched ? [event[name]] : instantsAt(given[name], zone);
}

onSubmit(form, async () => {
  clearConflicts(form);
  find("#changed-by-others").hidden = true;
  const { id, body } = validate();
  // Before the response arrives, the user may open another event or discard this one.
  const saving = storageKey(event);
  const isOpen = () => storageKey(event) === saving && !find("#editor").hidden;
  try {
    await send("PUT", `/admin/events/${id}`, body);
  } catch (error) {
    if (!isOpen() && !error.isSignedOut) {
      // The form of another event must not show this event's errors.
      announce(`${body.name}: ${sentence(error)}`, "wrong");
      return;
    }
    if (error.code !== "stale_version" || !error.current) throw error;
    if (!event) throw new ApiError(422, { fields: { id: gettext("Another event already uses this name. Choose a different one.") } });
    mergeCurrent(error.current);
    return;
  }
  if (isOpen()) closeEditor();
  else dropKept(saving);
  await announceAfter(gettext("Event saved"), loadEvents);
});

function card(one) {
  const made = find("#card").content.cloneNode(true);
  find("h2", made).textContent = one.name;
  find(".status", made).textContent = one.hidden ? pgettext("event", "Hidden") : one.isOpen ? gettext("Registration open") : gettext("Registration closed");
  find(".status", made).dataset.status = one.isOpen && !one.hidden ? "Hired" : "Withdrawn";
  find("code", made).textContent = one.id;
  find(".dates", made).textContent = gettext("{from} – {to}", { from: day(one.startsOn), to: day(one.endsOn) });
  const [from, to] = TIME_FIELDS.map((name) => momentOf(one, one[name]));
  find(".window", made).textContent = gettext("{from} – {to}", { from, to });
  find(".age", made).textContent = minimumAge(one);
  find(".capacity", made).textContent = one.capacity ?? gettext("No limit");
  showSpots(find(".spots", made), one.id);
  find(".public", made).href = `${base}/event/${one.id}`;
  find(".preview", made).href = previewUrl(one);
  find(one.hidden ? ".public" : ".preview", made).remove();
  find(".list", made).href = `${base}/staff?${new URLSearchParams({ event: one.id })}`;
  find(".sum", made).href = `${base}/staff/summary?${new URLSearchParams({ event: one.id })}`;
  const offer = (button, act) => (canManage ? onPress(button, () => act(one)) : button.remove());
  offer(find(".change", made), openEditor);
  offer(find(".copy", made), copyEvent);
  return made;
}

async function loadEvents() {
  const events = await getAll("/admin/events");
  find("#events").replaceChildren(...events.map(card));
  if (!events.length) find("#events").append(make("p", {}, gettext("No events yet")));
  return events;
}

control("timeZone").addEventListener("change", showTimeZone);
onPress(find("#new"), () => openEditor(null));
find("#leave").addEventListener("click", closeEditor);
const events = await withRetry(loadEvents);
const waiting = [null, ...events].find((one) => kept(storageKey(one)));
if (waiting !== undefined && canManage) openEditor(waiting);
