// Statuses: as they are shown, what each means to whoever's registration it is, and where it leads.

import { findAll } from "./page";
import { say, word } from "./texts";

/** Shows one. */
export function tellStatus(place, status) {
  place.textContent = word(status);
  place.dataset.status = status;
}

/** Leaves the buttons by which staff may move all that are in these; gives whether there is any. */
export function offerMoves(form, statuses) {
  const buttons = findAll("[data-from]", form);
  for (const button of buttons) {
    const sources = button.dataset.from.split(" ");
    button.hidden = !statuses.every((status) => sources.includes(status));
  }
  return buttons.some((button) => !button.hidden);
}

const EXPLAINED = {
  Draft: () => say("explainDraft"),
  Submitted: () => say("explainSubmitted"),
  Waitlisted: () => say("explainWaitlisted"),
  InReview: () => say("explainInReview"),
  Interview: () => say("explainInterview"),
  Hired: () => say("explainHired"),
  Declined: () => say("explainDeclined"),
  Withdrawn: () => say("explainWithdrawn"),
};

/** Says it; a draft is of no use once its event takes none any more. */
export const explained = (status, isOpen) =>
  status === "Draft" && !isOpen ? say("explainTooLate") : EXPLAINED[status]();
