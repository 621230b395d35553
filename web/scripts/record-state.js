// The registration that a page shows to staff, and where the service has it.

import { asked, idFromQuery } from "./page-query";

export const eventId = idFromQuery("event");
export const userId = idFromQuery("user");
export const path = `/admin/events/${eventId}/registrations/${userId}`;

// A draft opens with the reference that the applicant gave to staff.
export const told = asked.has("reference") ? { reference: asked.get("reference") } : {};
const query = told.reference ? `?${new URLSearchParams(told)}` : "";

/** The address of a part of it. */
export const at = (part = "") => `${path}${part}${query}`;

/** Under which this tab keeps what staff type beside it. */
export const place = `staff/${eventId}/${userId}`;

/** The event and the registration as the service has them; null until it has said them. */
export const shown = { event: null, record: null };

/** Whether it is to be submitted without a signature: then staff need one on paper. */
export const needsPaper = (status, record = shown.record) =>
  status === "Submitted" && ["Draft", "Withdrawn"].includes(record.status) && !record.signedAt && !record.paperSignature;
