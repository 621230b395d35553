// Events: all of them to read, and for a SuperAdmin to make and to change.

import { clearContested, differences, fill, listedChanges, rebase, values } from "./fields";
import { staffSignedIn, untilAnswered } from "./inside";
import { announce, clearProblems, find, make, onPress, onSubmit } from "./page";
import { ask, base, readAll, Refused } from "./service";
import { day, moment, say, word } from "./texts";

const { role } = await staffSignedIn();
const form = find("#event");
const control = (name) => form.elements.namedItem(name);
const MOMENTS = ["registrationOpensAt", "registrationClosesAt"];

let event = null; // what is being changed, as it was read; null for a new one
let before = {}; // what the controls held when they and the event said the same

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

function open(chosen) {
  event = chosen;
  clearProblems(form);
  clearContested(form);
  form.reset();
  find("#meanwhile").hidden = true;
  find("#editing").textContent = event ? event.name : say("newEvent");
  control("id").readOnly = Boolean(event);
  before = event ? typed(event) : {};
  find("#editor").hidden = false;
  find("#editing").focus();
  find("#editor").scrollIntoView({ block: "start" });
}

function close() {
  find("#editor").hidden = true;
  find("#content").focus();
}

/** Takes up what somebody else has made of the event; what was typed stays. */
function meet(current) {
  const mine = values(form);
  const [stored, theirs] = [typed(event), typed(current)];
  fill(form, mine);
  before = rebase(form, before, stored, theirs);
  event = current;
  const said = find("#meanwhile");
  find("dl", said).replaceChildren(...listedChanges(form, differences(form, stored, theirs)));
  said.hidden = false;
  said.focus();
}

onSubmit(form, async () => {
  clearContested(form);
  find("#meanwhile").hidden = true;
  const { id = "", capacity, ...given } = values(form);
  if (!/^[\w-]{1,64}$/.test(id)) throw new Refused(422, { fields: { id: say("eventIdHelp") } });
  const body = { ...given, capacity: capacity === undefined ? null : Number(capacity), ...(event && { version: event.version }) };
  for (const name of MOMENTS) body[name] = universal(given[name]);
  try {
    await ask("PUT", `/admin/events/${id}`, body);
  } catch (error) {
    if (error.code !== "stale_version" || !error.current) throw error;
    if (!event) throw new Refused(422, { fields: { id: say("eventIdTaken") } });
    meet(error.current);
    return;
  }
  close();
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
}

const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
find("#zone").textContent = say("inZone", { zone: timeZone });
onPress(find("#new"), () => open(null));
find("#leave").addEventListener("click", close);
await untilAnswered(list);
