// Sends requests to the service that these pages belong to.

import { abortAfter } from "./compat";

export const base = document.querySelector("meta[name=base]").getAttribute("content");

const PATIENCE = 20_000; // milliseconds; the gateway itself gives up after 29 seconds

/** The service returned an error response. */
export class ApiError extends Error {
  constructor(status, answer, retryAfter, language = null) {
    super(answer.error ?? "");
    this.language = language; // of the message; the gateway's own responses don't say it
    this.status = status;
    this.code = answer.code;
    this.fields = answer.fields ?? {};
    this.current = answer.current;
    this.retryAfter = retryAfter;
  }

  /** Whether the user has to sign in, or sign in again. */
  get isSignedOut() {
    return ["not_signed_in", "several_sessions"].includes(this.code);
  }
}

let severalSessions = false;

/** Whether the browser has sent several sessions, which the page that signs in explains. */
export const hasSeveralSessions = () => severalSessions;

/** The service did not respond, so the page does not know whether the request took effect. */
export class NetworkError extends Error {}

/** Waits for a script that the page imports later. */
export const loaded = (script) =>
  script.catch(() => {
    throw new NetworkError();
  });

let expected = null; // whose page this is, once it knows

/** Makes the service reject further requests unless this account is signed in.

    All tabs share one session: after a sign-in in another tab, this page would act as that user.
*/
export function expectAccount(id) {
  expected = id;
  started = {};
}

// The requests that the page sent before its scripts were there (`start`), by path: each response is taken once.
let started = /** @type {any} */ (window).startedRequests ?? {};

/** Takes the response to a request that was sent already. */
function takeStarted(path) {
  const { [path]: response, ...others } = started;
  started = others;
  return response;
}

let onAnswer = (response) => response;

/** Sets the function that gets each successful Response before its sender. */
export const whenAnswered = (act) => (onAnswer = act);

/** Sends a request; returns the Response if it succeeded, with any content type. */
export async function fetchFrom(path, { method = "GET", body = undefined, keepalive = false } = {}) {
  const headers = { "Accept-Language": document.documentElement.lang };
  if (expected) headers["Expected-Account"] = expected;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request = () =>
    fetch(base + path, {
      method,
      headers,
      keepalive,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abortAfter(PATIENCE),
    });
  let response;
  try {
    response = await ((method === "GET" && takeStarted(path)) || request());
  } catch {
    throw new NetworkError();
  }
  if (response.ok) {
    onAnswer(response);
    return response;
  }
  const answer = await response.json().catch(() => ({}));
  severalSessions = answer.code === "several_sessions";
  throw new ApiError(response.status, answer, Number(response.headers.get("Retry-After")), response.headers.get("Content-Language"));
}

/** Sends a request; returns the JSON body of a successful response. */
export async function send(method, path, body, options = {}) {
  const response = await fetchFrom(path, { ...options, method, body });
  try {
    return await response.json();
  } catch {
    throw new NetworkError(); // it broke off on the way
  }
}

export const get = (path) => send("GET", path);

/** Reads an event for its applicants: one that is hidden, for those who have a registration for it. */
export async function getEvent(id) {
  try {
    return await get(`/events/${id}`);
  } catch (error) {
    if (error.code !== "not_found") throw error;
    return get(`/registrations/${id}/event`);
  }
}

/** Reads all pages of a list, up to `most` items. */
export async function getAll(path, most = 1000) {
  const items = [];
  let cursor = null;
  do {
    const query = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
    const page = await get(`${path}?${query}`);
    items.push(...page.items);
    ({ cursor } = page);
  } while (cursor && items.length < most);
  return items;
}
