// The applicant's registration for the event in the address: what the parts of its page share.

import { fieldNames, formValues, isEqual } from "./fields";
import { dropKept, keep } from "./signed-in";
import { find } from "./page";
import { today } from "./texts";

export const eventId = location.pathname.split("/").pop();
export const path = `/registrations/${eventId}`;
export const form = find("#registration");

/**
 * @type {{account: any, event: any, record: any, last: any, before: any, wrong: any, editing: boolean, locked: string[]}}
 *
 * record: as the service has it; null before the first save
 * last: the answers for another event, if there are any
 * before: what the controls held when they and the record said the same
 * wrong: what the service rejects, by field; a draft is saved without these
 * editing: whether what was submitted is being changed
 * locked: the fields that can't be changed anymore
 */
export const state = { account: null, event: null, record: null, last: null, before: {}, wrong: {}, editing: false, locked: [] };

/** What the page shows in turn. Each part sets its own function; the others call it. */
export const screens = { form: (_waiting) => {}, receipt: async () => {} };

export const isDraft = () => !state.record || state.record.status === "Draft";
export const isWithdrawn = () => state.record?.status === "Withdrawn";
export const hasChanges = () => !isEqual(formValues(form), state.before) || Object.keys(state.wrong).length > 0;

/** The name under which this tab keeps the input. */
export const place = () => `${state.account.id}/${eventId}`;

export function keepInput() {
  if (state.editing && !hasChanges()) dropKept(place());
  else keep(place(), { typed: formValues(form), before: state.before, stored: state.record?.form ?? {} });
}

/** Which answers can be changed: all while registration is open, then only the contact fields. */
export function editableFields() {
  const { from, contactFrom } = find("#edit").dataset;
  const isIn = (statuses) => statuses.split(" ").includes(state.record.status);
  if (state.event.isOpen && isIn(from)) return "everything";
  return isIn(contactFrom) && today(state.event) <= state.event.endsOn ? "contact" : "nothing";
}

/** The fields of this form that an error response names, with their messages. */
export const errorsByField = (error) =>
  Object.entries(error.fields ?? {})
    .map(([at, said]) => [at.replace(/^form\./, "").replace(/\..*/, ""), said])
    .filter(([name]) => fieldNames(form).includes(name));

/** The required answers that are missing, with the error of each. */
export function missingFields() {
  const given = formValues(form);
  const marks = [...form.querySelectorAll(".needed")].map((mark) => [find("[name]", mark.closest(".field")).name, mark.dataset.missing]);
  return Object.fromEntries(marks.filter(([name]) => given[name] === undefined));
}
