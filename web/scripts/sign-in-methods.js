// The ways to sign in that have no list of their own, and when each was last used.

import { find } from "./page";
import { gettext, moment } from "./texts";

/** Shows them. Passkeys and linked accounts have lists of their own. */
export function showMethods(account, hasPassword, lastUses) {
  const methods = [
    hasPassword && [gettext("Password"), lastUses.password],
    account.signInMethods.includes("emailCode") && [gettext("Code by email"), lastUses.emailCode],
    account.secondFactor && [gettext("Authenticator app or recovery code, as the second step"), lastUses.secondFactor],
  ].filter(Boolean);
  find("#methods").replaceChildren(...methods.map(row));
  find("#ways").hidden = !methods.length;
}

function row([name, lastUse]) {
  const made = find("#method").content.cloneNode(true);
  find(".name", made).textContent = name;
  find(".when", made).textContent = lastUse ? gettext("Last used {moment}", { moment: moment(lastUse) }) : gettext("No sign-in recorded yet");
  return made;
}
