// Statuses: their labels and their meaning for the applicant.

import { deadlineOf, gettext, momentOf, word } from "./texts";

/** Shows one. */
export function showStatus(place, status) {
  place.textContent = word(status);
  place.dataset.status = status;
}

/** Returns the username of a staff member. For a deleted account, the API has this text, which can't be a username. */
export const staffName = (username) => (username === "somebody who has left" ? gettext("a deleted account") : username);

/** When it was signed, on the page or on paper; empty if it was not. */
export function signatureText({ signedAt, paperSignature }, event) {
  if (paperSignature) {
    const facts = { moment: momentOf(event, paperSignature.at), who: staffName(paperSignature.by) };
    return paperSignature.by ? gettext("Signed on paper, recorded {moment} by {who}", facts) : gettext("Signed on paper, recorded {moment}", facts);
  }
  return signedAt ? gettext("Signed {moment}", { moment: momentOf(event, signedAt) }) : "";
}

/** Shows the meaning; applicants can't submit a draft after its event has closed. */
export function statusText({ status, position, offer, offerExpiredAt }, event) {
  if (status === "Draft" && !event.isOpen) return gettext("Registration closed before you submitted this. Ask at the office if you can still apply.");
  if (status === "Withdrawn" && offerExpiredAt) {
    return gettext("We offered you a spot until {moment} and didn’t hear from you, so your registration is withdrawn. You can submit it again while registration is open.", { moment: deadlineOf(event, offerExpiredAt) });
  }
  if (offer) return "";
  const inLine = position && gettext("Your position on the waiting list: {position}.", { position });
  return [word(`nextStep.${status}`), inLine].filter(Boolean).join(" ");
}
