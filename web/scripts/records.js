// Registrations for staff.

import { base } from "./service";

/** Returns the display name of a registration's applicant. */
export const personName = ({ form, username }) => [form.firstName, form.lastName].filter(Boolean).join(" ") || username;

/** The URL of the record. A draft opens only with its reference. */
export const registrationUrl = (event, user, reference = "") =>
  `${base}/staff/registration?${new URLSearchParams({ event, user, ...(reference && { reference }) })}`;
