// How old an event's workers must be on its first day.

import { gettext, word } from "./texts";

/** Whether an event asks for any age. */
export const hasMinimumAge = (event) => event.minimumAge !== "UnderSixteen";

/** The age as people say it. */
export const minimumAge = (event) => (hasMinimumAge(event) ? word(event.minimumAge) : gettext("No minimum"));
