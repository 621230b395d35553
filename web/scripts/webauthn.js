// Passkeys in the browser (WebAuthn Level 3), in base64url as the service reads and writes them.

import { send } from "./service";
import { isShared } from "./shared-device";

/** Whether the service has passkeys for the domain of this page, which an element names, and the browser, too. */
export const hasPasskeys = (element) => Boolean(element.dataset.domain) && Boolean(navigator.credentials) && "PublicKeyCredential" in window;

/** Whether the browser offers passkeys in the field for the username. */
export const canAutofill = async () => Boolean(await window.PublicKeyCredential.isConditionalMediationAvailable?.());

function toBytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const characters = [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte));
  return btoa(characters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** Has the user choose and unlock a passkey, and signs in with it; returns the account. */
export async function signInWithPasskey(options = {}) {
  await showPasskey(options);
  return send("POST", "/signin/passkey", { sharedDevice: isShared() });
}

/** Has the user choose and unlock a passkey, which the service then knows for a minute in this browser.

    @param {any} options `signal` ends the wait; `mediation` is "conditional" for the field's own list.
*/
export async function showPasskey(options = {}) {
  const request = await send("POST", "/signin/passkey/options");
  const publicKey = { ...request, challenge: toBytes(request.challenge) };
  const credential = /** @type {any} */ (await navigator.credentials.get({ ...options, publicKey }));
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  await send("POST", "/signin/passkey/verification", {
    credentialId: credential.id,
    clientData: toText(clientDataJSON),
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    userHandle: toText(userHandle),
  });
}

/** Has the user create a passkey, and adds it to the account. */
export async function addPasskey(confirmation, name) {
  const options = await send("POST", "/me/passkeys/options", { confirmation });
  return send("POST", "/me/passkeys", { confirmation, name, ...(await create(options)) });
}

/** Has the user create a passkey for a new account, which the service then knows for ten minutes in this browser. */
export async function createFirstPasskey({ username, email }, name) {
  const options = await send("POST", "/signup/passkey/options", { username, email });
  await send("POST", "/signup/passkey/verification", { name, ...(await create(options)) });
}

async function create(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: toBytes(known.id) })),
  };
  const { response } = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  return {
    clientData: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}
