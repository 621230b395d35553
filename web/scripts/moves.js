// Where staff may move registrations, and what they are asked before they do.

import { choose, find, findAll } from "./page";
import { gettext, word } from "./texts";

/** Asks before a change of status, and says what it does; gives null for a no.

    `who` is a name or a number of registrations; `form` has the buttons.
*/
export function confirmMove(status, who, form) {
  const yes = find(`button[value=${status}]`, form).textContent;
  const danger = ["Declined", "Withdrawn"].includes(status);
  return choose({ question: moveQuestion(status, who), yes, danger });
}

function moveQuestion(status, who) {
  const facts = { who, status: word(status) };
  switch (status) {
    case "Hired":
      // Translators: {who} is a person’s name, or a number such as “5 registrations”.
      return gettext("Hire {who}? We’ll send an email that says “You’re hired” to each confirmed email address.", facts);
    case "Declined":
      // Translators: {who} is a person’s name, or a number such as “5 registrations”.
      return gettext("Decline {who}? We’ll send an email that says “We can’t offer you a job at this event” to each confirmed email address. A spot they hold becomes free.", facts);
    case "Withdrawn":
      // Translators: {who} is a person’s name, or a number such as “5 registrations”.
      return gettext("Withdraw {who}? We’ll send an email that says the registration was withdrawn to each confirmed email address. A spot they hold becomes free.", facts);
    case "InReview":
      // Translators: {who} is a person’s name, or a number such as “5 registrations”.
      return gettext("Change {who} to “{status}”? Applicants get no email.", facts);
    default:
      // Translators: {who} is a person’s name, or a number such as “5 registrations”.
      return gettext("Change {who} to “{status}”? We’ll email applicants who confirmed their email address.", facts);
  }
}

/** The statuses that staff are asked about before they move one registration there. */
export const DECISIONS = ["Hired", "Declined", "Withdrawn"];

/** The statuses of which applicants get no email. */
export const SILENT = ["InReview"];

/** Enables the buttons by which staff may move all that are in these; gives whether there is any. */
export function enableMoveButtons(form, statuses) {
  const buttons = findAll("[data-from]", form);
  for (const button of buttons) {
    const sources = button.dataset.from.split(" ");
    button.disabled = !statuses.every((status) => sources.includes(status));
  }
  return buttons.some((button) => !button.disabled);
}
