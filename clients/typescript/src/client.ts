import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./api.js";
import { ApiError } from "./errors.js";
import { createPasskey, getPasskey, type PasskeyRequest } from "./passkeys.js";

type Schemas = components["schemas"];
export type Account = Schemas["Account"];
export type Event = Schemas["Event"];
export type Passkey = Schemas["Passkey"];
export type Registration = Schemas["Registration"];
export type RegistrationForm = Schemas["RegistrationForm"];

export interface ServiceOptions {
  /** The URL before `/signin`: `https://api.lakes.example`, or `/api` behind a proxy of your own origin. */
  baseUrl: string;
  /** The language of messages, such as `es`; the browser's if it's left out. */
  language?: string;
}

/**
 * The service, as one browser uses it. The session is in a cookie that scripts can't read.
 *
 * Each method throws {@link ApiError} for an error response, and `TypeError` if there is none, for example offline.
 */
export class BreezeLakesPoint {
  /** All endpoints, typed: for what has no method here. */
  readonly api: Client<paths>;

  constructor({ baseUrl, language }: ServiceOptions) {
    const headers = language === undefined ? {} : { "Accept-Language": language };
    this.api = createClient<paths>({ baseUrl, credentials: "include", headers });
  }

  /** Create an account, and sign in. */
  signUp(account: Schemas["SignUp"]): Promise<Account> {
    return result(this.api.POST("/signup", { body: account }));
  }

  /**
   * Sign in with a password.
   *
   * @throws ApiError `incorrect_credentials`; `second_factor_required`: ask for a code, and send all again with `code`
   */
  signIn(credentials: Schemas["SignIn"]): Promise<Account> {
    return result(this.api.POST("/signin", { body: credentials }));
  }

  /** Have a sign-in code sent to the verified email address of an account. The response never says whether it was sent. */
  async requestSignInCode(username: string): Promise<void> {
    await result(this.api.POST("/signin/email", { body: { username } }));
  }

  /**
   * Sign in with the emailed code, in the browser that asked for it.
   *
   * @throws ApiError `incorrect_email_code`, `second_factor_required`
   */
  signInWithEmailedCode(codes: Schemas["SignInWithCode"]): Promise<Account> {
    return result(this.api.POST("/signin/email/code", { body: codes }));
  }

  /**
   * Have the user choose and unlock a passkey, and sign in with it.
   *
   * @param device - `{ sharedDevice: true }` if other people use the device, too
   * @throws DOMException `NotAllowedError` if the user gives up
   * @throws ApiError `incorrect_passkey`; `not_found` if the stage has no passkeys
   */
  async signInWithPasskey(request: PasskeyRequest = {}, device: Schemas["OfDevice"] = {}): Promise<Account> {
    const options = await result(this.api.POST("/signin/passkey/options"));
    const shown = await getPasskey(options, request);
    await result(this.api.POST("/signin/passkey/verification", { body: shown }));
    return result(this.api.POST("/signin/passkey", { body: device }));
  }

  /**
   * Have the user create a passkey, and create an account with it in place of a password.
   *
   * @param account - the names of the account, as for signing up with a password
   * @param name - what tells this passkey from others, such as "My phone"
   * @throws DOMException `NotAllowedError` if the user gives up
   * @throws ApiError `identity_taken`; `not_found` if the stage has no passkeys
   */
  async signUpWithPasskey(account: Schemas["SignUpWithPasskey"] & { username: string }, name: string): Promise<Account> {
    const { username, email } = account;
    const names = email === undefined ? { username } : { username, email };
    const options = await result(this.api.POST("/signup/passkey/options", { body: names }));
    const created = await createPasskey(options);
    await result(this.api.POST("/signup/passkey/verification", { body: { ...created, name } }));
    return result(this.api.POST("/signup/passkey", { body: account }));
  }

  /** Return the signed-in account; null without a session. */
  async currentAccount(): Promise<Account | null> {
    try {
      return await result(this.api.GET("/me"));
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_signed_in") return null;
      throw error;
    }
  }

  /** Make this browser forget the session. It works even while the database is down. */
  async signOut(): Promise<void> {
    await result(this.api.POST("/signout"));
  }

  /** Sign out, and stop every copy of the session's token from working. */
  async endSession(): Promise<void> {
    try {
      await result(this.api.DELETE("/sessions/{sessionId}", { params: { path: { sessionId: "current" } } }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "not_signed_in") throw error;
    }
    await this.signOut();
  }

  /** Return the account's passkeys, with their last use. */
  async passkeys(): Promise<Passkey[]> {
    return (await result(this.api.GET("/me/passkeys"))).items;
  }

  /**
   * Have the user create a passkey, and add it to the account.
   *
   * @param name - what tells this passkey from others, such as "My phone"
   * @param proof - the password, and a code with two-step verification
   */
  async addPasskey(name: string, proof: Schemas["IdentityConfirmation"]): Promise<Passkey> {
    const confirmation = await this.#confirm(proof);
    const options = await result(this.api.POST("/me/passkeys/options", { body: { confirmation } }));
    const created = await createPasskey(options);
    return result(this.api.POST("/me/passkeys", { body: { ...created, confirmation, name } }));
  }

  /** Remove a passkey from the account; the user also deletes it from the device. */
  async removePasskey(passkeyId: string, proof: Schemas["IdentityConfirmation"]): Promise<void> {
    const confirmation = await this.#confirm(proof);
    const params = { path: { passkeyId } };
    await result(this.api.POST("/me/passkeys/{passkeyId}/remove", { params, body: { confirmation } }));
  }

  /** Yield the events that people can see, page by page. */
  async *events(): AsyncGenerator<Event> {
    let query = {};
    for (;;) {
      const page = await result(this.api.GET("/events", { params: { query } }));
      yield* page.items;
      if (page.cursor === null) return;
      query = { cursor: page.cursor };
    }
  }

  /** Yield the account's registrations, page by page. */
  async *registrations(): AsyncGenerator<Registration> {
    let query = {};
    for (;;) {
      const page = await result(this.api.GET("/registrations", { params: { query } }));
      yield* page.items;
      if (page.cursor === null) return;
      query = { cursor: page.cursor };
    }
  }

  /**
   * Save a draft, or change a submitted registration.
   *
   * @param version - the version that was read; none to create the draft
   * @throws ApiError `stale_version`: merge with `current`, and send its version; `draft_exists`
   */
  saveRegistration(eventId: string, form: RegistrationForm, version?: number): Promise<Registration> {
    const body = version === undefined ? { form } : { form, version };
    return result(this.api.PUT("/registrations/{eventId}", { params: { path: { eventId } }, body }));
  }

  /**
   * Submit a draft.
   *
   * @throws ApiError `invalid_fields`: the answers that are missing or invalid are in `fields`
   */
  submitRegistration(eventId: string): Promise<Registration> {
    return result(this.api.POST("/registrations/{eventId}/submit", { params: { path: { eventId } } }));
  }

  /** Withdraw a submitted registration. */
  withdrawRegistration(eventId: string): Promise<Registration> {
    return result(this.api.POST("/registrations/{eventId}/withdraw", { params: { path: { eventId } } }));
  }

  async #confirm(proof: Schemas["IdentityConfirmation"]): Promise<string> {
    return (await result(this.api.POST("/me/confirmation", { body: proof }))).confirmation;
  }
}

/** Return the content of a successful response, or throw the error of another one. */
async function result<T>(pending: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await pending;
  if (!response.ok) throw new ApiError(response, error);
  return data as T;
}
