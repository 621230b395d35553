// Staff correct a registration: one group of its answers, or all of them.

import { clearConflicts, fieldNames, formValues, isEqual, rebaseInput, setValues } from "./fields";
import { dropKept, keep } from "./signed-in";
import { announce, find, findAll, onSubmit, show } from "./page";
import { at, needsPaper, place, shown } from "./record-state";
import { send } from "./service";
import { gettext, word } from "./texts";
import { guardChanges } from "./unsaved";

/** Sets up the form; `change` runs an action that needs the current version. */
export function setUpCorrection({ change }) {
  const form = find("#correction");
  const [onPaper, submit] = [find("#paperSignature"), find("#submit-draft")];
  let before = null; // what the controls held when they and the record said the same; null while it's closed
  let group = null; // the name of the one that is edited; null for all

  const remember = ({ form: stored }) => keep(place, { typed: formValues(form), before, stored, signed: onPaper.checked });

  /** Opens the form with what the record says, or with what was typed before a reload. */
  function open({ waiting = null, group: only = null, isKept = false }) {
    showGroup(only);
    if (isKept && before) return;
    setValues(form, shown.record.form);
    before = formValues(form);
    onPaper.checked = waiting?.signed ?? false;
    if (waiting) {
      setValues(form, waiting.typed);
      before = rebaseInput(form, waiting.before, waiting.stored, shown.record.form);
    }
    tell();
    show("correction", "beside");
    if (waiting) return;
    find(only ? `[data-group=${only}] :is(input, select)` : "input", form).focus();
  }

  function showGroup(only) {
    group = only;
    for (const one of findAll("[data-group]", form)) one.hidden = Boolean(only) && one.dataset.group !== only;
    find("#signing").hidden = Boolean(only);
  }

  /** Offers to submit a draft with the form's own button; otherwise only to save. */
  function tell() {
    const isWholeDraft = shown.record.status === "Draft" && !group;
    submit.hidden = !isWholeDraft;
    submit.type = isWholeDraft ? "submit" : "button"; // Enter presses the first that submits, hidden or not
    find("#save").className = isWholeDraft ? "quiet" : "strong";
    find("#signing").hidden = !(isWholeDraft && needsPaper("Submitted"));
  }

  function close() {
    dropKept(place);
    clearConflicts(form);
    before = null;
    // Loading the page again shows the answers.
    if (location.hash === "#edit") history.replaceState(null, "", location.pathname + location.search);
    show("answers", "beside");
    find(group ? `[data-answers=${group}] button` : "#edit").focus();
  }

  /** Goes on from a record that another user has changed. */
  function rebase(current) {
    if (!before) return;
    before = rebaseInput(form, before, shown.record.form, current.form);
    remember(current);
  }

  form.addEventListener("input", () => remember(shown.record));
  guardChanges(
    () => before !== null && !isEqual(formValues(form), before),
    () => dropKept(place),
  );
  find("#leave").addEventListener("click", close);

  onSubmit(form, async (_, button) => {
    clearConflicts(form);
    if (!(await saveTyped())) return;
    if (button !== submit) {
      close();
      announce(gettext("Changes saved"));
      return;
    }
    // What is missing, the signature as well, is said at its field. What was typed is saved by then.
    const signed = needsPaper("Submitted") ? { paperSignature: onPaper.checked } : {};
    const body = { status: "Submitted", ...signed };
    if (!(await change((version) => send("POST", at("/status"), { ...body, version })))) return;
    close();
    find("#standing").focus();
    announce(word(shown.record.status));
  });

  /** Saves the input; returns whether the record contains it. Repeating it changes nothing. */
  async function saveTyped() {
    const typed = formValues(form);
    const changed = fieldNames(form).filter((name) => !isEqual(typed[name], before[name]));
    if (!changed.length) return true;
    const corrected = Object.fromEntries(changed.map((name) => [name, typed[name] ?? null]));
    try {
      if (!(await change((version) => send("PATCH", at(), { form: corrected, version })))) return false;
    } catch (error) {
      // An answer of another group may be wrong, too.
      if (error.code === "invalid_fields") showGroup(null);
      throw error;
    }
    before = typed;
    remember(shown.record);
    return true;
  }

  return { open, tell, rebase };
}
