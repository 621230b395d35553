// An applicant's registration for one event: its form and its receipt.
//
// A draft is saved while the applicant types. A submitted form changes only when they press the button:
// until then their changes stay in this tab, and the page says that they are not saved.

import { answerList, clearConflicts, fieldNames, formValues, isEqual, mergeChanges, rebaseInput, setValue, setValues, showAgeHint, showConflicts, showPhones, valuesWithoutInput } from "./fields";
import { dropKept, keep, kept, leave, requireAccount } from "./signed-in";
import { showOffer } from "./offers";
import { announce, choose, clearProblems, confirmed, find, findAll, labelOf, markProblems, onPress, onSubmit, sentence, show, withLabel } from "./page";
import { send, getAll, getEvent, ApiError, NetworkError } from "./service";
import { statusText, signatureText, showStatus } from "./statuses";
import { clock, day, deadlineOf, gettext, momentOf, pgettext, today } from "./texts";
import { guardChanges } from "./unsaved";

const PAUSE = 1200; // milliseconds without a key before a draft is saved
const LONGEST_BETWEEN_TRIES = 60_000;

const account = await requireAccount();
const eventId = location.pathname.split("/").pop();
const path = `/registrations/${eventId}`;
const place = `${account.id}/${eventId}`;
const form = find("#registration");
const saved = find("#saved");

let event;
let record = null; // as the service has it; null before the first save
let last; // what was said for another event; undefined for the first time
let before = {}; // what the controls held when they and the record said the same
let wrong = {}; // what the service will not take, by field; it is saved without these
let timer = null;
let saving = null;
let delay = PAUSE;
let editing = false; // whether what was submitted is being changed
let locked = []; // the fields that can't be changed anymore

const isDraft = () => !record || record.status === "Draft";
const isWithdrawn = () => record?.status === "Withdrawn";
const hasChanges = () => !isEqual(formValues(form), before) || Object.keys(wrong).length > 0;

/** Returns the user's registration for this event, and their latest one for another event. */
async function fetchRegistrations() {
  const all = await getAll("/registrations");
  return [all.find((one) => one.eventId === eventId), all.find((one) => one.eventId !== eventId)];
}

async function showCurrentState() {
  try {
    event = await getEvent(eventId);
  } catch (error) {
    if (error.code !== "not_found") throw error;
    show("missing");
    return;
  }
  find("#event-name").textContent = event.name;
  find("#event-dates").textContent = gettext("{from} – {to}", { from: day(event.startsOn), to: day(event.endsOn) });
  showAgeHint(form, event);
  if (event.isOpen) find("#event-deadline").textContent = gettext("Register by {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) });
  document.title = `${event.name} · Breeze Lakes Point`;
  [record = null, last] = await fetchRegistrations();
  const waiting = kept(place);
  if (isDraft() ? event.isOpen : waiting && editableFields() !== "nothing") showForm(waiting);
  else if (record) showReceipt();
  else showClosed();
}

function showClosed() {
  const isLater = Date.parse(event.registrationOpensAt) > Date.now();
  find("#closed").textContent = isLater
    ? gettext("Registration opens {moment}.", { moment: deadlineOf(event, event.registrationOpensAt) })
    : gettext("Registration closed {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) });
  show("closed");
}

function showForm(waiting) {
  editing = !isDraft();
  wrong = {};
  lockFields();
  clearProblems(form);
  clearConflicts(form);
  setValues(form, record?.form ?? firstAnswers());
  before = formValues(form);
  if (waiting) restoreInput(waiting);
  const lost = revertLockedFields();
  if (waiting && editing && !hasChanges()) {
    // They were saved after all: only the response was lost.
    dropKept(place);
    showReceipt();
    if (lost) announce(gettext("You can’t change these answers anymore, so we kept the submitted ones: {fields}", { fields: lost }), "wrong");
    return;
  }
  find("#intro").textContent = introduction();
  for (const button of [find("#send"), find("#save")]) {
    button.textContent = isDraft() || isWithdrawn() ? gettext("Submit registration") : gettext("Save changes");
  }
  find("#send").hidden = editing;
  find("#back").hidden = !editing;
  find("#discard").hidden = !record || editing;
  show("form");
  if (lost) announce(gettext("You can’t change these answers anymore, so we kept the submitted ones: {fields}", { fields: lost }), "wrong");
  showSaveStatus();
  if (hasChanges()) scheduleSave();
}

// Editable fields: all answers while registration is open, then only contact fields.

const CONTACT = find("[data-group=contact]", form);

function editableFields() {
  const { from, contactFrom } = find("#edit").dataset;
  const isIn = (statuses) => statuses.split(" ").includes(record.status);
  if (event.isOpen && isIn(from)) return "everything";
  return isIn(contactFrom) && today(event) <= event.endsOn ? "contact" : "nothing";
}

/** Hides the groups of the form that can't be changed anymore. */
function lockFields() {
  const isContactOnly = editing && editableFields() !== "everything";
  for (const group of findAll("[data-group]", form)) group.hidden = isContactOnly && group !== CONTACT;
  locked = isContactOnly ? fieldNames(form).filter((name) => !fieldNames(CONTACT).includes(name)) : [];
}

/** Reverts input in fields that were locked in the meantime; returns their labels. */
function revertLockedFields() {
  const typed = formValues(form);
  const lost = locked.filter((name) => !isEqual(typed[name], before[name]));
  for (const name of lost) setValue(form, name, record.form[name]);
  if (lost.length) keepInput();
  return lost.map((name) => labelOf(find(`[name="${name}"]`, form))).join(", ");
}

function showPrivacyNote() {
  find("#draft-privacy").hidden = !isDraft();
  find("#draft-privacy").textContent = record
    ? gettext("Staff can see a draft only if you tell them its reference number: {reference}", { reference: record.reference })
    : gettext("Staff can see a draft only if you tell them its reference number.");
}

function introduction() {
  if (locked.length) return gettext("You can still change your phone numbers, email and address. To change anything else, contact the office.");
  if (isDraft()) return gettext("We save your answers as you type. You can leave and come back. Answer every question marked “required” before you submit.");
  return isWithdrawn() ? gettext("You withdrew this registration. Check your answers, then submit it again.") : gettext("You already submitted this registration. Save your changes to send them.");
}

/** Answers for a new registration: from last season's, or from the account. */
function firstAnswers() {
  const { firstName, middleName, lastName, email } = account;
  if (!last) return withoutEmpty({ firstName, middleName, lastName, email });
  find("#prefilled").hidden = false;
  // The applicant is a year older by now, and must sign again.
  const { age, regAck, ...answers } = last.form;
  return answers;
}

const withoutEmpty = (answers) => Object.fromEntries(Object.entries(answers).filter(([, value]) => value));

/** Restores the input from before a reload, or before the user had to sign in again. */
function restoreInput(waiting) {
  setValues(form, waiting.typed);
  before = rebaseInput(form, waiting.before, waiting.stored, record?.form ?? {});
}

/** Shows in the status bar which changes the server has saved. */
function showSaveStatus(problem) {
  showPrivacyNote();
  if (editing) {
    showUnsavedStatus();
    return;
  }
  find("#save").hidden = true;
  saved.dataset.kind = problem ? "wrong" : "done";
  if (problem) saved.textContent = problem;
  else if (saving || timer) saved.textContent = gettext("Saving…");
  else if (!record) saved.textContent = gettext("We’ll save your answers as you type.");
  else {
    const at = clock(record.updatedAt);
    const without = Object.keys(wrong).map((name) => labelOf(find(`[name="${name}"]`, form))).join(", ");
    saved.textContent = without ? gettext("Saved at {at}, except: {without}", { at, without }) : gettext("Saved at {at}", { at });
  }
}

/** Returns whether changes need the button to be saved, and shows the button if so. */
function showUnsavedStatus() {
  const isUnsaved = hasChanges();
  saved.dataset.kind = isUnsaved ? "unsaved" : "done";
  if (isWithdrawn()) saved.textContent = gettext("Not submitted yet");
  else saved.textContent = isUnsaved ? gettext("Changes not saved yet") : gettext("No changes yet");
  find("#save").hidden = !isUnsaved && !isWithdrawn();
  find("#back").textContent = isUnsaved ? gettext("Cancel changes") : gettext("Back");
}

// While the user types, the page stores the input in this tab at once, and saves a draft after a pause.

form.addEventListener("input", (typing) => {
  const { name } = typing.target;
  delete wrong[name];
  find(".contested", typing.target.closest(".field"))?.remove();
  if (name === "middleName" && typing.target.value) form.elements.noMiddleName.checked = false;
  if (name === "noMiddleName" && typing.target.checked) form.elements.middleName.value = "";
  keepInput();
  scheduleSave();
});
// The page shows a field's error when the user leaves the field, not while they type.
form.addEventListener("focusout", () => setTimeout(() => {
  markInvalidFields();
  if (record && isDraft() && !hasChanges()) formatPhones();
}));
window.addEventListener("online", () => hasChanges() && save());
guardChanges(
  () => (editing ? hasChanges() : saved.dataset.kind === "wrong"),
  () => editing && dropKept(place),
);
window.addEventListener("leaving", () => {
  timer = clearTimeout(timer);
  delete saved.dataset.kind;
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && timer) save();
});

function keepInput() {
  if (editing && !hasChanges()) dropKept(place);
  else keep(place, { typed: formValues(form), before, stored: record?.form ?? {} });
}

/** Saves a draft after a pause. Changes of a submitted form are never sent without the button. */
function scheduleSave(pause = PAUSE) {
  clearTimeout(timer);
  timer = editing ? null : setTimeout(save, pause);
  showSaveStatus();
}

function markInvalidFields() {
  const away = Object.entries(wrong).filter(([name]) => document.activeElement?.getAttribute("name") !== name);
  markProblems(form, Object.fromEntries(away.filter(([name]) => !find(".problem", find(`[name="${name}"]`, form).closest(".field")))));
}

/** Saves a draft in the background; the input survives every failure. */
async function save() {
  timer = clearTimeout(timer);
  if (editing) return;
  // If the request in progress fails, its handler tries again.
  if (saving) return saving.then(() => hasChanges() && scheduleSave(), () => {});
  saving = sendForm();
  showSaveStatus();
  try {
    await saving;
    saving = null;
    delay = PAUSE;
    if (!isDraft()) return;
    showSaveStatus();
    markInvalidFields();
    find("#discard").hidden = !isDraft();
  } catch (error) {
    saving = null;
    await handleSaveError(error);
  }
}

async function handleSaveError(error) {
  if (!isDraft()) {
    announce(sentence(error), "wrong");
    return;
  }
  if (error instanceof NetworkError || error.status >= 500 || error.status === 429) {
    showSaveStatus(gettext("Not saved yet: we can’t reach the service. Keep this tab open. We’ll keep trying."));
    delay = Math.min(delay * 2, LONGEST_BETWEEN_TRIES);
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(delay, (error.retryAfter || 0) * 1000));
  } else if (error.isSignedOut) leave();
  else showSaveStatus(describeErrors(error));
}

/** Returns the error message, with the name of each invalid field. */
function describeErrors(error) {
  const fields = errorsByField(error);
  return fields.length
    ? fields.map(([name, said]) => withLabel(find(`[name="${name}"]`, form), said)).join(" ")
    : sentence(error);
}

/** Sends the form; if the record has changed in the meantime, merges it first. */
async function sendForm() {
  for (;;) {
    const typed = formValues(form);
    const sent = Object.fromEntries(Object.entries(typed).filter(([name]) => !(name in wrong)));
    try {
      const body = { form: sent, ...(record && { version: record.version }) };
      // The request may finish even if the user leaves the page.
      record = await send("PUT", path, body, { keepalive: document.hidden });
      before = sent;
      if (isEqual(formValues(form), sent)) {
        dropKept(place);
        formatPhones();
      } else keepInput();
      if (!editing && !isDraft()) showSubmittedRecord();
      return;
    } catch (error) {
      if (error.code === "stale_version" && error.current) {
        const was = [editing, locked.length];
        const contested = mergeRecord(error.current);
        // The record has changed since the applicant decided: they review it, then decide again.
        if (!isEqual(was, [editing, locked.length]) || (editing && contested.length)) throw error;
      } else if (error.code === "invalid_fields") {
        const news = errorsByField(error).filter(([name]) => !(name in wrong));
        // No new invalid field: leaving out fields does not fix this request.
        if (!news.length) throw error;
        Object.assign(wrong, Object.fromEntries(news));
        if (editing) throw error;
      } else throw error;
    }
  }
}

/** Shows the registration as changed elsewhere; returns the fields that both sides have changed.

    What was typed stays. If it was submitted elsewhere, the rest takes a press of the button from now on.
*/
function mergeRecord(current) {
  const waiting = { typed: formValues(form), before, stored: record?.form ?? {} };
  record = current;
  if ((!editing && !isDraft()) || (editing && !locked.length && editableFields() !== "everything")) {
    keep(place, waiting);
    showForm(waiting);
    return [];
  }
  const contested = mergeChanges(form, before, waiting.stored, record.form);
  showConflicts(form, contested, record.form);
  before = valuesWithoutInput(form, record.form);
  return contested;
}

/** Continues with the registration that another tab has submitted. */
function showSubmittedRecord() {
  if (hasChanges()) showForm(kept(place));
  else showReceipt();
}

/** Formats phone numbers that are saved and don't have the focus. */
function formatPhones() {
  showPhones(form, record.form);
  before = formValues(form);
}

const errorsByField = (error) =>
  Object.entries(error.fields ?? {})
    .map(([at, said]) => [at.replace(/^form\./, "").replace(/\..*/, ""), said])
    .filter(([name]) => fieldNames(form).includes(name));

onSubmit(form, async () => {
  timer = clearTimeout(timer);
  const wasEditing = editing;
  await saving?.catch(() => {});
  // Another tab has submitted it: the applicant sees that first, then decides.
  if (editing !== wasEditing) return;
  wrong = {};
  clearConflicts(form);
  do await sendForm();
  while (isDraft() && !Object.keys(wrong).length && hasChanges());
  showSaveStatus();
  // Don't submit without fields that the service rejected: show invalid and missing fields together.
  if (Object.keys(wrong).length) throw new ApiError(422, { fields: { ...missingFields(), ...wrong } });
  if (editing && hasChanges()) {
    announce(gettext("Changes saved")); // and the bar says that what was typed since is not
    return;
  }
  if (editing && !isWithdrawn()) showResult(record, gettext("Changes saved"));
  else showResult(await send("POST", `${path}/submit`, { version: record.version }), gettext("Registration submitted"));
});

function missingFields() {
  const given = formValues(form);
  const needed = findAll(".needed", form).map((mark) => [find("[name]", mark.closest(".field")).name, mark.dataset.missing]);
  return Object.fromEntries(needed.filter(([name]) => given[name] === undefined));
}

function showResult(stored, said) {
  record = stored;
  dropKept(place);
  showReceipt();
  announce(said);
}

function showReceipt() {
  timer = clearTimeout(timer);
  editing = false;
  const { status } = record;
  showStatus(find("#status"), status);
  find("#reference").textContent = record.reference;
  find("#explained").textContent = statusText(record, event);
  showOffer(find("#offer"), record, event, (now) => {
    record = now;
    showReceipt();
  });
  find("#submitted-at").textContent = record.submittedAt ? gettext("Submitted {moment}", { moment: momentOf(event, record.submittedAt) }) : "";
  find("#signed").textContent = signatureText(record, event);
  find("#answers").replaceChildren(...answerList(form, record.form));
  const may = (button) => button.dataset.from.split(" ").includes(status);
  const what = editableFields();
  find("#edit").hidden = what === "nothing";
  if (what === "contact") find("#edit").textContent = gettext("Edit contact information");
  else find("#edit").textContent = status === "Withdrawn" ? gettext("Edit and submit again") : gettext("Edit my answers");
  find("#withdraw").hidden = !may(find("#withdraw"));
  show("receipt");
  find("#content").focus();
  scrollTo(0, 0);
}

find("#print").addEventListener("click", () => print());
onPress(find("#edit"), () => {
  showForm();
  find("#content").focus();
  scrollTo(0, 0);
});
find("#back").addEventListener("click", () => {
  dropKept(place);
  showReceipt();
});
onPress(find("#withdraw"), async () => {
  const question = { question: gettext("Withdraw your registration? You may lose your spot. You can submit again while registration is open."), yes: pgettext("confirm", "Withdraw registration"), no: gettext("Keep registration"), danger: true };
  if (!(await choose(question))) return;
  record = await send("POST", `${path}/withdraw`, {});
  showReceipt();
  announce(gettext("Registration withdrawn"));
});
onPress(find("#discard"), async () => {
  if (!(await confirmed(gettext("Delete this draft? You can’t undo this."), gettext("Delete draft")))) return;
  timer = clearTimeout(timer);
  await saving?.catch(() => {});
  await send("DELETE", path, { version: record.version });
  dropKept(place);
  location.replace(location.href);
});

try {
  await showCurrentState();
} catch (error) {
  if (error.isSignedOut) leave();
  else {
    show();
    announce(sentence(error), "wrong");
  }
}
