// The ceremonies of WebAuthn Level 3, without parseRequestOptionsFromJSON() and toJSON(), which older browsers lack.

import { toBytes, toText } from "./base64url.js";
import type { components } from "./api.js";

type Schemas = components["schemas"];

/** Return whether this browser has passkeys; whether the stage has them, its responses say. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && Boolean(navigator.credentials);
}

/** How a browser asks for a passkey: `mediation: "conditional"` offers them in the field for the username. */
export interface PasskeyRequest {
  mediation?: CredentialMediationRequirement;
  /** Ends the wait, for example when the user signs in another way. */
  signal?: AbortSignal;
}

/**
 * Ask the user for one of their passkeys.
 *
 * @param options - the response of `POST /signin/passkey/options`
 * @returns the body for `POST /signin/passkey/verification`
 * @throws DOMException `NotAllowedError` if the user closes the dialog or waits too long
 */
export async function getPasskey(
  options: Schemas["RequestOptions"],
  request: PasskeyRequest = {},
): Promise<Schemas["ShownPasskey"]> {
  const credential = (await navigator.credentials.get({
    ...request,
    publicKey: { ...(options as object), challenge: toBytes(options.challenge) },
  })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  if (!response.userHandle) throw new TypeError("The passkey names no account.");
  return {
    credentialId: credential.id,
    clientData: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: toText(response.userHandle),
  };
}

/**
 * Let the user create a passkey on this device, or on another one.
 *
 * @param options - the response of `POST /me/passkeys/options`, or of `POST /signup/passkey/options`
 * @returns what `POST /me/passkeys` takes, besides the confirmation and the name, and what
 *   `POST /signup/passkey/verification` takes, besides the name
 * @throws DOMException `NotAllowedError` if the user closes the dialog or waits too long,
 *   `InvalidStateError` if the device has a passkey for the account
 */
export async function createPasskey(
  options: Schemas["CreationOptions"],
): Promise<Pick<Schemas["NewPasskey"], "clientData" | "attestationObject" | "transports">> {
  const encoded = options as unknown as Omit<PublicKeyCredentialCreationOptionsJSON, "extensions">;
  const publicKey = {
    ...encoded,
    challenge: toBytes(encoded.challenge),
    user: { ...encoded.user, id: toBytes(encoded.user.id) },
    excludeCredentials: (encoded.excludeCredentials ?? []).map((known) => ({ ...known, id: toBytes(known.id) })),
  } as PublicKeyCredentialCreationOptions;
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    clientData: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    // Safari before 16 doesn't know it.
    transports: (response.getTransports?.() ?? []) as Schemas["NewPasskey"]["transports"] & string[],
  };
}
