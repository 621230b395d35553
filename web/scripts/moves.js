// Where staff may move registrations, and what they are asked before they do.

import { choose, find, findAll } from "./page";
import { say, word } from "./texts";

/** Asks before a change of status, and says what it does; gives null for a no.

    `who` is a name or a number of registrations.
*/
export function confirmMove(status, who) {
  const yes = find(`[name=status][value=${status}]`).textContent;
  const danger = ["Declined", "Withdrawn"].includes(status);
  return choose({ question: moveQuestion(status, who), yes, danger });
}

function moveQuestion(status, who) {
  if (status === "Hired") return say("hireSure", { who });
  if (status === "Declined") return say("declineStaffSure", { who });
  if (status === "Withdrawn") return say("withdrawStaffSure", { who });
  const facts = { who, status: word(status) };
  return status === "InReview" ? say("reviewSure", facts) : say("moveSure", facts);
}

/** The statuses that staff are asked about before they move one registration there. */
export const DECISIONS = ["Hired", "Declined", "Withdrawn"];

/** Enables the buttons by which staff may move all that are in these; gives whether there is any. */
export function enableMoveButtons(form, statuses) {
  const buttons = findAll("[data-from]", form);
  for (const button of buttons) {
    const sources = button.dataset.from.split(" ");
    button.disabled = !statuses.every((status) => sources.includes(status));
  }
  return buttons.some((button) => !button.disabled);
}
