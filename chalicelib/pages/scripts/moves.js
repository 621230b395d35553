// Where staff may move registrations.

import { findAll } from "./page";

/** Leaves the buttons by which staff may move all that are in these; gives whether there is any. */
export function offerMoves(form, statuses) {
  const buttons = findAll("[data-from]", form);
  for (const button of buttons) {
    const sources = button.dataset.from.split(" ");
    button.hidden = !statuses.every((status) => sources.includes(status));
  }
  return buttons.some((button) => !button.hidden);
}
