// Whether other people use this browser, too: the pages then keep nothing in it. The browser remembers it until it is closed.

import { keepsCookies } from "./compat";

export const NAME = "BREEZE_LAKES_POINT_SHARED_DEVICE";

/** Whether the user has said so, in the form of `shared-device-box`. */
export const isShared = () => keepsCookies() && document.cookie.split("; ").includes(`${NAME}=true`);
