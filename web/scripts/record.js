// One registration for staff: view it, correct it, change its status, and add notes.

import { randomId } from "./compat";
import { changeList, differences } from "./differences";
import { answerList, clearConflicts, fieldNames, formValues, isEqual, rebaseInput, setValues, showAgeHint } from "./fields";
import { showDuplicates } from "./duplicates";
import { dropKept, keep, kept, rememberEvent, requireStaff, withRetry } from "./signed-in";
import { pagedList } from "./listing";
import { around } from "./list-position";
import { confirmMove, DECISIONS, enableMoveButtons } from "./moves";
import { announce, choose, find, make, onPress, onSubmit, show, showProblems } from "./page";
import { asked, idFromQuery } from "./page-query";
import { personName } from "./records";
import { send, base, get } from "./service";
import { signatureText, showStatus, staffName } from "./statuses";
import { deadlineOf, gettext, momentOf, word } from "./texts";
import { guardChanges } from "./unsaved";

const [eventId, userId] = [idFromQuery("event"), idFromQuery("user")];
const path = `/admin/events/${eventId}/registrations/${userId}`;
// A draft opens with the reference that the applicant gave to staff.
const told = asked.has("reference") ? { reference: asked.get("reference") } : {};
const query = told.reference ? `?${new URLSearchParams(told)}` : "";
const at = (part = "") => `${path}${part}${query}`;
const place = `staff/${eventId}/${userId}`;
const form = find("#correction");
const texts = [find("#why"), find("#text")];

let event;
let record; // as the service has it
let before = null; // what the controls held when they and the record said the same; null at rest

const notes = pagedList({
  place: find("#notes"),
  button: find("#older-notes"),
  row: noteRow,
  items: "notes",
  onChange: (count) => (find("#no-notes").hidden = count > 0),
});
const changes = pagedList({ place: find("#history"), button: find("#older-history"), row: changeRow });
const readHistory = () => changes(`${path}/history`, told);
const readNotes = () => notes(path, told);
const warn = () => showDuplicates(find("#duplicates"), eventId, () => record);
// The change is already saved, so a failure to load the history is ignored: the next change retries.
const followUp = () => Promise.all([readHistory(), warn()]).catch(() => {});

async function begin() {
  find("#back").href = `${base}/staff?${new URLSearchParams({ event: eventId })}`;
  showAround().catch(() => {}); // the way back is there without it
  event = await get(`/admin/events/${eventId}`);
  rememberEvent(eventId);
  showAgeHint(form, event);
  record = await readNotes();
  const waiting = kept(place);
  for (const text of texts) text.value = kept(placeOf(text)) ?? "";
  takeUpBegun();
  tell();
  if (waiting || location.hash === "#edit") openForm(waiting);
  else show("answers", "beside");
  setUpPrinting().catch(() => {});
  await Promise.all([readHistory(), warn()]);
}

/** Shows the way back to the list, and to the registrations before and after this one in it. */
async function showAround() {
  const addresses = await around(eventId, userId);
  for (const [id, address] of Object.entries(addresses)) {
    const link = find(`#${id}`);
    link.hidden = !address;
    if (address) link.href = address;
  }
}

function tell() {
  const name = personName(record);
  const { submittedAt, createdAt } = record;
  find("#who").textContent = name;
  document.title = `${name} · Breeze Lakes Point`;
  showStatus(find("#standing"), record.status);
  find("#offer").textContent = offered(record);
  find("#reference").textContent = gettext("Reference number {reference}", { reference: record.reference });
  find("#username").textContent = record.username;
  find("#times").textContent = submittedAt
    ? gettext("Submitted {moment}", { moment: momentOf(event, submittedAt) })
    : gettext("Started {moment}", { moment: momentOf(event, createdAt) });
  find("#signed").textContent = signatureText(record, event) || gettext("Not signed yet");
  find("#answers").replaceChildren(...answerList(form, record.form));
  find("#nowhere").hidden = enableMoveButtons(find("#move"), [record.status]);
  tellSubmission();
}

/** The spot that is offered to a person on the waiting list, with its deadline; empty if there is none. */
function offered({ offer }) {
  if (!offer) return "";
  const until = { moment: deadlineOf(event, offer.until) };
  return Date.parse(offer.until) > Date.now() ? gettext("Offered a spot until {moment}", until) : gettext("Expired {moment}. It goes to the next person shortly.", until);
}

/** Loads another user's changes to the record; keeps the input, and shows what changed. */
function meet(current) {
  const changed = differences(form, record.form, current.form);
  if (record.status !== current.status) changed.status = [record.status, current.status];
  if (before) {
    before = rebaseInput(form, before, record.form, current.form);
    remember(current);
  }
  record = current;
  tell();
  const said = find("#meanwhile");
  find("dl", said).replaceChildren(...changeList(form, changed));
  said.hidden = false;
  said.focus();
  said.scrollIntoView({ block: "start" });
}

/** Runs an action that needs the current version; after a conflict, shows the current record. */
async function change(act) {
  find("#meanwhile").hidden = true;
  try {
    record = await act(record.version);
  } catch (error) {
    if (error.code !== "stale_version" || !error.current) throw error;
    meet(error.current);
    followUp();
    return false;
  }
  tell();
  followUp();
  return true;
}

// The page stores the input next to the form as it stores the form: a session may end before sending.

const placeOf = (text) => `${place}/${text.id}`;
for (const text of texts) text.addEventListener("input", () => keep(placeOf(text), text.value));

/** Clears such an input after it was sent. */
function empty(text) {
  text.form.reset();
  dropKept(placeOf(text));
}

// Correcting the form.

const [onPaper, submit] = [find("#paperSignature"), find("#submit-draft")];
const remember = ({ form: stored }) => keep(place, { typed: formValues(form), before, stored, signed: onPaper.checked });

function openForm(waiting) {
  setValues(form, record.form);
  before = formValues(form);
  onPaper.checked = waiting?.signed ?? false;
  if (waiting) {
    setValues(form, waiting.typed);
    before = rebaseInput(form, waiting.before, waiting.stored, record.form);
  }
  show("correction", "beside");
}

/** Offers to submit a draft with the form's own button; otherwise only to save. */
function tellSubmission() {
  const isDraft = record.status === "Draft";
  submit.hidden = !isDraft;
  submit.type = isDraft ? "submit" : "button"; // Enter presses the first that submits, hidden or not
  find("#save").className = isDraft ? "quiet" : "strong";
  find("#signing").hidden = !(isDraft && needsPaper("Submitted"));
}

function closeForm() {
  dropKept(place);
  clearConflicts(form);
  before = null;
  // Loading the page again shows the answers.
  if (location.hash === "#edit") history.replaceState(null, "", location.pathname + location.search);
  show("answers", "beside");
  find("#content").focus();
  scrollTo(0, 0);
}

form.addEventListener("input", () => remember(record));
guardChanges(
  () => before !== null && !isEqual(formValues(form), before),
  () => dropKept(place),
);
onPress(find("#edit"), () => {
  openForm();
  find("input", form).focus();
});
find("#leave").addEventListener("click", closeForm);
find("#print").addEventListener("click", () => print());
/** Has the page printed as a sheet. The page is there without it. */
async function setUpPrinting() {
  const { printSheets } = await import("./print");
  printSheets({
    chosen: () => [record],
    form,
    eventOf: () => event,
    // What is for staff only goes on paper only where they ask for it.
    more: () => (find("#print-notes").checked ? [find("#notes"), find("#history")].map(copyOf) : []),
  });
}
const copyOf = (entries) => make("section", {}, find("h2", entries.closest("section")).cloneNode(true), entries.cloneNode(true));

onSubmit(form, async (_, button) => {
  clearConflicts(form);
  if (!(await saveTyped())) return;
  if (button !== submit) {
    closeForm();
    announce(gettext("Changes saved"));
    return;
  }
  // What is missing, the signature as well, is said at its field. What was typed is saved by then.
  const signed = needsPaper("Submitted") ? { paperSignature: onPaper.checked } : {};
  const body = { status: "Submitted", ...signed };
  if (!(await change((version) => send("POST", at("/status"), { ...body, version })))) return;
  closeForm();
  find("#standing").focus();
  announce(word(record.status));
});

/** Saves the input; returns whether the record contains it. Repeating it changes nothing. */
async function saveTyped() {
  const typed = formValues(form);
  const changed = fieldNames(form).filter((name) => !isEqual(typed[name], before[name]));
  if (!changed.length) return true;
  const corrected = Object.fromEntries(changed.map((name) => [name, typed[name] ?? null]));
  if (!(await change((version) => send("PATCH", at(), { form: corrected, version })))) return false;
  before = typed;
  remember(record);
  return true;
}

// Change the status.

/** Whether it is to be submitted without a signature: then staff need one on paper. */
const needsPaper = (status) =>
  status === "Submitted" && ["Draft", "Withdrawn"].includes(record.status) && !record.signedAt && !record.paperSignature;

/** Asks before a change of status; returns the request's fields, or null if the user cancels. */
async function decided(status) {
  const who = personName(record);
  if (needsPaper(status)) {
    const box = make("input", { type: "checkbox", name: "paper", value: "true", required: true });
    const label = make("label", { class: "choice" }, box, " ", gettext("The applicant signed on paper, and I have the signature."));
    const question = { question: gettext("{who} hasn’t signed. Submit with a signature on paper? We record it under your name.", { who }), yes: gettext("Move to submitted") };
    return (await choose(question, label)) && { paperSignature: true };
  }
  return DECISIONS.includes(status) ? (await confirmMove(status, who, find("#move"))) && {} : {};
}

onSubmit(find("#move"), async ({ note }, button) => {
  const more = await decided(button.value);
  if (!more) return;
  try {
    const move = (version) => send("POST", at("/status"), { status: button.value, version, note, ...more });
    if (!(await change(move))) return;
  } catch (error) {
    if (error.code !== "invalid_fields" || error.fields.note || error.fields.paperSignature) throw error;
    // It is its form that keeps it from being submitted.
    if (!before) openForm();
    showProblems(form, error);
    return;
  }
  empty(find("#why"));
  // The buttons keep their places, and the focus goes to what has changed.
  find("#standing").focus();
  announce(gettext("Status changed to {status}", { status: word(record.status) }));
  if (note.trim()) await readNotes();
});

// Notes.

function noteRow({ id, author, at, text }) {
  listedNotes.add(id);
  const made = find("#one-note").content.cloneNode(true);
  find(".hint", made).textContent = gettext("{who}, {moment}", { who: staffName(author), moment: momentOf(event, at) });
  find(".written", made).textContent = text;
  return made;
}

const listedNotes = new Set(); // the identifiers of those that have been read
let begun = null; // the note in flight: until the server has it, the same text is the same note

/** Goes on with the note that was being sent, unless it has come: the same text is another note then. */
function takeUpBegun() {
  begun = kept(`${place}/begun`);
  if (!listedNotes.has(begun?.id)) return;
  if (find("#text").value === begun.text) empty(find("#text"));
  dropBegun();
}

function dropBegun() {
  begun = null;
  dropKept(`${place}/begun`);
}

// A user who clears the field has discarded that note, or seen it in the list.
find("#text").addEventListener("input", ({ target }) => target.value || dropBegun());

onSubmit(find("#note"), async ({ text }) => {
  if (begun?.text !== text) begun = { text, id: randomId() };
  keep(`${place}/begun`, begun);
  await send("POST", at("/notes"), begun);
  dropBegun();
  empty(find("#text"));
  announce(gettext("Note saved"));
  await readNotes();
});

// History.

/** An offer's deadline as people read it, in the event's time zone. */
const withDeadline = ({ offer, ...others }) =>
  offer ? { ...others, offer: offer.map((until) => until && momentOf(event, until)) } : others;

function changeRow({ actor, at, action, changes: changed }) {
  const made = find("#change").content.cloneNode(true);
  find(".hint", made).textContent = `${gettext("{who}, {moment}", { who: staffName(actor), moment: momentOf(event, at) })} · ${word(action)}`;
  find("dl", made).replaceChildren(...changeList(form, withDeadline(changed)));
  return made;
}

await requireStaff();
if (eventId && userId) await withRetry(begin);
else find("main").append(make("p", {}, gettext("We couldn’t find that registration.")));
