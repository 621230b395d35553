// Statuses: their labels and their meaning for the applicant.

import { deadlineOf, momentOf, say, word } from "./texts";

/** Shows one. */
export function showStatus(place, status) {
  place.textContent = word(status);
  place.dataset.status = status;
}

/** When it was signed, on the page or on paper; empty if it was not. */
export function signatureText({ signedAt, paperSignature }, event) {
  if (paperSignature) {
    const facts = { moment: momentOf(event, paperSignature.at), who: paperSignature.by };
    return paperSignature.by ? say("signedOnPaperBy", facts) : say("signedOnPaper", facts);
  }
  return signedAt ? say("signedOn", { moment: momentOf(event, signedAt) }) : "";
}

const EXPLANATIONS = {
  Draft: () => say("explainDraft"),
  Submitted: () => say("explainSubmitted"),
  Waitlisted: () => say("explainWaitlisted"),
  InReview: () => say("explainInReview"),
  Interview: () => say("explainInterview"),
  Hired: () => say("explainHired"),
  Declined: () => say("explainDeclined"),
  Withdrawn: () => say("explainWithdrawn"),
};

/** Shows the meaning; applicants can't submit a draft after its event has closed. */
export function statusText({ status, position, offer, offerExpiredAt }, event) {
  if (status === "Draft" && !event.isOpen) return say("explainTooLate");
  if (status === "Withdrawn" && offerExpiredAt) return say("explainExpired", { moment: deadlineOf(event, offerExpiredAt) });
  if (offer) return "";
  return EXPLANATIONS[status]() + (position ? ` ${say("positionInLine", { position })}` : "");
}
