// The owner proves who they are, before a change of how the account signs in: by the password and a code, and without
// a password by a passkey or an emailed code.

import { factorFields, field } from "./factor-fields";
import { announce, choose, find } from "./page";
import { send } from "./service";
import { gettext } from "./texts";
import { hasPasskeys, showPasskey } from "./webauthn";

// Whether the account has a password; known once the ways to sign in have loaded.
export const owner = { hasPassword: true };

/** Asks a question, and for the proof; gives what the request takes, or null if the owner cancels. */
export async function askOwner(account, question) {
  if (owner.hasPassword) return choose(question, ...factorFields(account));
  return (await choose(question)) && confirmWithoutPassword(account);
}

/** Gives what the request takes, from a form that has fields for a password and a code; null as above. */
export const proofIn = (account, { currentPassword, code }) => (owner.hasPassword ? { currentPassword, code } : confirmWithoutPassword(account));

/** Gives a new confirmation, as `/me/passkeys` takes it; null as above. */
export async function confirmation(given) {
  const proof = await given;
  if (!proof || proof.confirmation) return proof;
  return send("POST", "/me/confirmation", proof);
}

async function confirmWithoutPassword(account) {
  if (account.signInMethods.includes("passkey") && hasPasskeys(find("#passkeys"))) {
    try {
      await showPasskey();
      return await toConfirmation({});
    } catch (error) {
      // The passkey is on another device, or the user closed the browser's dialog: there may be another way.
      if (error.name !== "NotAllowedError") throw error;
    }
  }
  if (!account.signInMethods.includes("emailCode")) {
    announce(gettext("Set a password first. If your email address isn’t confirmed, ask the office for help."), "wrong");
    return null;
  }
  await send("POST", "/signin/email", { username: account.username });
  const question = gettext("We sent a code to {email}. Enter it here to confirm that it’s you.", { email: account.email });
  const emailCode = field(gettext("Code from the email"), { id: "asked-email-code", name: "emailCode", autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false" });
  const [, ...secondFactor] = factorFields(account);
  const given = await choose({ question, yes: gettext("Confirm") }, emailCode, ...secondFactor);
  return given && toConfirmation(given);
}

async function toConfirmation(given) {
  const made = await send("POST", "/me/confirmation", given);
  return { confirmation: made.confirmation };
}
