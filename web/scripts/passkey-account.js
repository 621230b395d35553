// Creates an account with a passkey in place of a password.

import { announce, clearProblems, find, onPress, showProblems } from "./page";
import { redirectAfterSignIn } from "./public";
import { send, ApiError } from "./service";
import { gettext } from "./texts";
import { createFirstPasskey, hasPasskeys, signInWithPasskey } from "./webauthn";

/** Shows the button, if the browser and the service have passkeys.

    `names` returns what the account gets; `taken` is told if another account has the name.
*/
export function offerPasskey(form, names, taken = (_) => {}) {
  const place = find("#passkey");
  if (!hasPasskeys(place)) return;
  // A passkey on a device that other people use opens the account for them.
  const { sharedDevice } = form.elements;
  const apply = () => (place.hidden = sharedDevice.checked);
  sharedDevice.addEventListener("change", apply);
  apply();
  onPress(find("button", place), async () => {
    clearProblems(form);
    const given = names();
    try {
      redirectAfterSignIn(await signUp(given), "/register");
    } catch (error) {
      // The user closed the browser's dialog, or it took too long.
      if (error.name === "NotAllowedError") return announce(gettext("No passkey was created. Try again, or choose a password."));
      if (error.code === "identity_taken") taken(given);
      showProblems(form, error);
    }
  });
}

let isCreated = false; // the browser has a passkey that no account has yet
let isLost = false; // the answer was lost: the account may be there

/** Creates the account, or signs in to it if an earlier attempt has created it; returns it. */
async function signUp(given) {
  if (!isCreated) await createFirstPasskey(given, gettext("Passkey"));
  isCreated = true;
  try {
    return await send("POST", "/signup/passkey", given);
  } catch (error) {
    const isUsed = error.code === "incorrect_passkey";
    if (isLost && (isUsed || error.code === "identity_taken")) return signInWithPasskey();
    isCreated = !isUsed;
    isLost = !(error instanceof ApiError) || error.status >= 500;
    throw error;
  }
}
