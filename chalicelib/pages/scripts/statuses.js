// What each status means to whoever's registration it is.

import { say } from "./texts";

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
