// Asks whether other people use this device, too, where people sign in and up.

import { keepsCookies } from "./compat";
import { base } from "./service";
import { isShared, NAME } from "./shared-device";

function setShared(is) {
  if (!keepsCookies()) return; // then one cannot sign in at all
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${NAME}=${is}; Path=${base || "/"}; SameSite=Lax${secure}${is ? "" : "; Max-Age=0"}`;
}

/** Asks the user with the checkbox of a form. The browser then doesn't offer the names that were typed there before. */
export function askWhetherShared(form) {
  const { sharedDevice, username } = form.elements;
  const usual = username.getAttribute("autocomplete");
  const apply = () => {
    setShared(sharedDevice.checked);
    username.setAttribute("autocomplete", sharedDevice.checked ? "off" : usual);
  };
  sharedDevice.checked = isShared();
  sharedDevice.addEventListener("change", apply);
  apply();
}
