// Creates an account, even if the response to an earlier attempt was lost.

import { send, ApiError } from "./service";
import { isShared } from "./shared-device";

let pendingSignUp = null; // what was sent, if the answer was lost: the account may be there

/** Creates the account, or signs in to it if an earlier attempt has created it; returns it. */
export async function signUp(given) {
  try {
    return await send("POST", "/signup", { ...given, sharedDevice: isShared() });
  } catch (error) {
    // Without a password, its owner signs in by an emailed code.
    const isOurs = given.password && pendingSignUp?.username === given.username && pendingSignUp.password === given.password;
    const isThere = error.code === "identity_taken" || error.fields?.emailToken;
    if (isThere && isOurs) return signIn(given, error);
    if (!(error instanceof ApiError) || error.status >= 500) pendingSignUp = given;
    throw error;
  }
}

/** Signs in to that account; if it is another person's, the name is taken.

    Any other error doesn't say whose it is.
*/
async function signIn({ username: name, password: typed }, taken) {
  try {
    return await send("POST", "/signin", { username: name, password: typed, sharedDevice: isShared() });
  } catch (error) {
    throw error.code === "incorrect_credentials" ? taken : error;
  }
}
