// An applicant's registration for one event: its form and its receipt.
//
// A draft is saved while the applicant types. A submitted form changes only when they press the button:
// until then their changes stay in this tab, and the page says that they are not saved.

import { clearConflicts, fieldNames, formValues, isEqual, rebaseInput, setValue, setValues, showAgeHint } from "./fields";
import { showEmailNotice } from "./confirm-email";
import { announce, clearProblems, confirmed, find, findAll, labelOf, onPress, onSubmit, reload, sentence, show } from "./page";
import { editableFields, eventId, form, hasChanges, isDraft, isWithdrawn, keepInput, missingFields, path, place, screens, state } from "./registration";
import { startSteps, stopSteps } from "./steps";
import "./shortcuts";
import { finishSaving, scheduleSave, sendForm, showSaveStatus, startOver } from "./saving";
import { send, getAll, getEvent, ApiError } from "./service";
import { dropKept, kept, leave, requireAccountAnd } from "./signed-in";
import { day, deadlineOf, gettext } from "./texts";

// The form doesn't wait for it, and it is there when the form has been filled in.
const receipt = import("./receipt").catch(() => null);
screens.receipt = async () => {
  const loaded = await receipt;
  if (loaded) loaded.showReceipt();
  else reload();
};

/** Returns the event; null if there is none. */
async function findEvent() {
  try {
    return await getEvent(eventId);
  } catch (error) {
    if (error.code !== "not_found") throw error;
    return null;
  }
}

async function showCurrentState() {
  const [account, [event, all]] = await requireAccountAnd(() => Promise.all([findEvent(), getAll("/registrations")]));
  if (!event) {
    show("missing");
    return;
  }
  showEvent(event);
  showEmailNotice(account);
  const record = all.find((one) => one.eventId === eventId) ?? null;
  // The answers for another event, the latest, are a start for a new registration.
  Object.assign(state, { account, event, record, last: all.find((one) => one.eventId !== eventId) });
  const waiting = kept(place());
  if (isDraft() ? state.event.isOpen : waiting && editableFields() !== "nothing") showForm(waiting);
  else if (record) screens.receipt();
  else showClosed();
}

function showEvent(event) {
  find("#event-name").textContent = event.name;
  find("#event-dates").textContent = gettext("{from} – {to}", { from: day(event.startsOn), to: day(event.endsOn) });
  showAgeHint(form, event);
  if (event.isOpen) find("#event-deadline").textContent = gettext("Register by {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) });
  document.title = `${event.name} · Breeze Lakes Point`;
}

function showClosed() {
  const { event } = state;
  const isLater = Date.parse(event.registrationOpensAt) > Date.now();
  find("#closed").textContent = isLater
    ? gettext("Registration opens {moment}.", { moment: deadlineOf(event, event.registrationOpensAt) })
    : gettext("Registration closed {moment}.", { moment: deadlineOf(event, event.registrationClosesAt) });
  show("closed");
}

function showForm(waiting) {
  state.editing = !isDraft();
  state.wrong = {};
  lockFields();
  clearProblems(form);
  clearConflicts(form);
  setValues(form, state.record ? ownAnswers() : firstAnswers());
  state.before = formValues(form);
  if (waiting) restoreInput(waiting);
  const lost = revertLockedFields();
  const sayLost = () => announce(gettext("You can’t change these answers anymore, so we kept the submitted ones: {fields}", { fields: lost }), "wrong");
  if (waiting && state.editing && !hasChanges()) {
    // They were saved after all: only the response was lost.
    dropKept(place());
    screens.receipt().then(() => lost && sayLost());
    return;
  }
  find("#intro").textContent = introduction();
  for (const button of [find("#send"), find("#save")]) {
    button.textContent = isDraft() || isWithdrawn() ? gettext("Submit registration") : gettext("Save changes");
  }
  find("#back").hidden = !state.editing;
  find("#discard").hidden = !state.record || state.editing;
  show("form");
  if (state.editing) stopSteps();
  else startSteps();
  if (lost) sayLost();
  showSaveStatus();
  if (hasChanges()) scheduleSave();
}
screens.form = showForm;

const CONTACT = find("[data-group=contact]", form);

/** Hides the groups of the form that can't be changed anymore. */
function lockFields() {
  const isContactOnly = state.editing && editableFields() !== "everything";
  for (const group of findAll("[data-group]", form)) group.hidden = isContactOnly && group !== CONTACT;
  state.locked = isContactOnly ? fieldNames(form).filter((name) => !fieldNames(CONTACT).includes(name)) : [];
}

/** Reverts input in fields that were locked in the meantime; returns their labels. */
function revertLockedFields() {
  const typed = formValues(form);
  const lost = state.locked.filter((name) => !isEqual(typed[name], state.before[name]));
  for (const name of lost) setValue(form, name, state.record.form[name]);
  if (lost.length) keepInput();
  return lost.map((name) => labelOf(find(`[name="${name}"]`, form))).join(", ");
}

function introduction() {
  if (state.locked.length) return gettext("You can still change your phone numbers, email and address. To change anything else, contact the office.");
  if (isDraft()) return gettext("We save your answers as you type. You can leave and come back. Answer every question marked “required” before you submit.");
  return isWithdrawn() ? gettext("You withdrew this registration. Check your answers, then submit it again.") : gettext("You already submitted this registration. Save your changes to send them.");
}

/** The answers as they were saved. A withdrawn registration is signed again when it is submitted again. */
function ownAnswers() {
  const { regAck: _, ...unsigned } = state.record.form;
  return isWithdrawn() ? unsigned : state.record.form;
}

/** Answers for a new registration: from last season's, or from the account. */
function firstAnswers() {
  const { firstName, middleName, lastName, email } = state.account;
  if (!state.last) return withoutEmpty({ firstName, middleName, lastName, email });
  find("#prefilled").hidden = false;
  // The applicant is a year older by now, and must sign again.
  const { age, regAck, ...answers } = state.last.form;
  return answers;
}

const withoutEmpty = (answers) => Object.fromEntries(Object.entries(answers).filter(([, value]) => value));

/** Restores the input from before a reload, or before the user had to sign in again. */
function restoreInput(waiting) {
  setValues(form, waiting.typed);
  state.before = rebaseInput(form, waiting.before, waiting.stored, state.record?.form ?? {});
}

onSubmit(form, async () => {
  const wasEditing = state.editing;
  await finishSaving();
  // Another tab has submitted it: the applicant sees that first, then decides.
  if (state.editing !== wasEditing) return;
  startOver();
  do await sendForm();
  while (isDraft() && !Object.keys(state.wrong).length && hasChanges());
  showSaveStatus();
  // Don't submit without fields that the service rejected: show invalid and missing fields together.
  if (Object.keys(state.wrong).length) throw new ApiError(422, { fields: { ...missingFields(), ...state.wrong } }, 0);
  if (state.editing && hasChanges()) {
    announce(gettext("Changes saved")); // and the bar says that what was typed since is not
    return;
  }
  if (state.editing && !isWithdrawn()) await showResult(state.record, gettext("Changes saved"));
  else await showResult(await send("POST", `${path}/submit`, { version: state.record.version }), gettext("Registration submitted"));
});

/** Shows a registration that the service has just changed, and what became of it. */
async function showResult(stored, said) {
  state.record = stored;
  dropKept(place());
  await screens.receipt();
  announce(said);
}

find("#back").addEventListener("click", () => {
  dropKept(place());
  screens.receipt();
});
onPress(find("#discard"), async () => {
  if (!(await confirmed(gettext("Delete this draft? You can’t undo this."), gettext("Delete draft")))) return;
  await finishSaving();
  await send("DELETE", path, { version: state.record.version });
  dropKept(place());
  history.replaceState(null, "", location.pathname); // the first step again
  reload();
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
