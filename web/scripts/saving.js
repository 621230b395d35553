// Saves the answers. A draft is saved while the applicant types; a submitted form only when they press the button.

import { clearConflicts, formValues, isEqual, mergeChanges, showConflicts, showPhones, valuesWithoutInput } from "./fields";
import { announce, find, labelOf, markProblems, sentence, withLabel } from "./page";
import { editableFields, errorsByField, form, hasChanges, isDraft, isWithdrawn, keepInput, path, place, screens, state } from "./registration";
import { send, NetworkError } from "./service";
import { dropKept, keep, kept, leave } from "./signed-in";
import { clock, gettext } from "./texts";
import { guardChanges } from "./unsaved";

const PAUSE = 1200; // milliseconds without a key before a draft is saved
const LONGEST_BETWEEN_TRIES = 60_000;

const saved = find("#saved");
let timer = null;
let saving = null;
let delay = PAUSE;

/** Shows in the status bar which changes the server has saved. */
export function showSaveStatus(problem) {
  showPrivacyNote();
  if (state.editing) {
    showUnsavedStatus();
    return;
  }
  find("#save").hidden = true;
  saved.dataset.kind = problem ? "wrong" : "done";
  if (problem) saved.textContent = problem;
  else if (saving || timer) saved.textContent = gettext("Saving…");
  else if (!state.record) saved.textContent = gettext("We’ll save your answers as you type.");
  else {
    const at = clock(state.record.updatedAt);
    const without = Object.keys(state.wrong).map((name) => labelOf(find(`[name="${name}"]`, form))).join(", ");
    saved.textContent = without ? gettext("Saved at {at}, except: {without}", { at, without }) : gettext("Saved at {at}", { at });
  }
}

function showPrivacyNote() {
  find("#draft-privacy").hidden = !isDraft();
  find("#draft-privacy").textContent = state.record
    ? gettext("Staff can see a draft only if you tell them its reference number: {reference}", { reference: state.record.reference })
    : gettext("Staff can see a draft only if you tell them its reference number.");
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
  delete state.wrong[name];
  find(".contested", typing.target.closest(".field"))?.remove();
  if (name === "middleName" && typing.target.value) form.elements.noMiddleName.checked = false;
  if (name === "noMiddleName" && typing.target.checked) form.elements.middleName.value = "";
  keepInput();
  scheduleSave();
});
// The page shows a field's error when the user leaves the field, not while they type.
form.addEventListener("focusout", () => setTimeout(() => {
  markInvalidFields();
  if (state.record && isDraft() && !hasChanges()) formatPhones();
}));
window.addEventListener("online", () => hasChanges() && save());
guardChanges(
  () => (state.editing ? hasChanges() : saved.dataset.kind === "wrong"),
  () => state.editing && dropKept(place()),
);
window.addEventListener("leaving", () => {
  stopSaving();
  delete saved.dataset.kind;
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && timer) save();
});

/** Cancels the save that waits for a pause. */
export function stopSaving() {
  timer = clearTimeout(timer);
}

/** Waits for the save that is in progress, if there is one, and starts no other. */
export async function finishSaving() {
  stopSaving();
  await saving?.catch(() => {});
}

/** Saves a draft after a pause. Changes of a submitted form are never sent without the button. */
export function scheduleSave(pause = PAUSE) {
  clearTimeout(timer);
  timer = state.editing ? null : setTimeout(save, pause);
  showSaveStatus();
}

function markInvalidFields() {
  const away = Object.entries(state.wrong).filter(([name]) => document.activeElement?.getAttribute("name") !== name);
  markProblems(form, Object.fromEntries(away.filter(([name]) => !find(".problem", find(`[name="${name}"]`, form).closest(".field")))));
}

/** Saves a draft in the background; the input survives every failure. */
export async function save() {
  stopSaving();
  if (state.editing) return;
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
    showSaveStatus(error.status === 429
      ? gettext("Not saved yet: {reason} Keep this tab open. We’ll save it then.", { reason: sentence(error) })
      : gettext("Not saved yet: we can’t reach the service. Keep this tab open. We’ll keep trying."));
    delay = Math.min(delay * 2, LONGEST_BETWEEN_TRIES);
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(delay, (error.retryAfter || 0) * 1000));
  } else if (error.isSignedOut) leave({ said: "ended" });
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
export async function sendForm() {
  for (;;) {
    const typed = formValues(form);
    const sent = Object.fromEntries(Object.entries(typed).filter(([name]) => !(name in state.wrong)));
    try {
      const body = { form: sent, ...(state.record && { version: state.record.version }) };
      // The request may finish even if the user leaves the page.
      state.record = await send("PUT", path, body, { keepalive: document.hidden });
      state.before = sent;
      if (isEqual(formValues(form), sent)) {
        dropKept(place());
        formatPhones();
      } else keepInput();
      if (!state.editing && !isDraft()) showSubmittedRecord();
      return;
    } catch (error) {
      if (error.code === "stale_version" && error.current) {
        const was = [state.editing, state.locked.length];
        const contested = mergeRecord(error.current);
        // The record has changed since the applicant decided: they review it, then decide again.
        if (!isEqual(was, [state.editing, state.locked.length]) || (state.editing && contested.length)) throw error;
      } else if (error.code === "invalid_fields") {
        const news = errorsByField(error).filter(([name]) => !(name in state.wrong));
        // No new invalid field: leaving out fields does not fix this request.
        if (!news.length) throw error;
        Object.assign(state.wrong, Object.fromEntries(news));
        if (state.editing) throw error;
      } else throw error;
    }
  }
}

/** Shows the registration as changed elsewhere; returns the fields that both sides have changed.

    What was typed stays. If it was submitted elsewhere, the rest takes a press of the button from now on.
*/
function mergeRecord(current) {
  const { before, editing, locked } = state;
  const waiting = { typed: formValues(form), before, stored: state.record?.form ?? {} };
  state.record = current;
  if ((!editing && !isDraft()) || (editing && !locked.length && editableFields() !== "everything")) {
    keep(place(), waiting);
    screens.form(waiting);
    return [];
  }
  const contested = mergeChanges(form, before, waiting.stored, current.form);
  showConflicts(form, contested, current.form);
  state.before = valuesWithoutInput(form, current.form);
  return contested;
}

/** Continues with the registration that another tab has submitted. */
function showSubmittedRecord() {
  if (hasChanges()) screens.form(kept(place()));
  else screens.receipt();
}

/** Formats phone numbers that are saved and don't have the focus. */
function formatPhones() {
  showPhones(form, state.record.form);
  state.before = formValues(form);
}

/** Forgets what the service has rejected and what others have changed, before the form is sent again. */
export function startOver() {
  state.wrong = {};
  clearConflicts(form);
}
