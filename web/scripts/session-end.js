// Leaves the pages of signed-in accounts when their session ends, and warns two minutes before.
//
// A session ends some hours after the sign-in. One of staff or on a shared device also ends when no tab of this
// browser has received a response for a while; acting continues it.

import { channel } from "./compat";
import { find, make } from "./page";
import { get, send, whenAnswered } from "./service";
import { gettext } from "./texts";

const WARNING = 120_000; // milliseconds
const PERIOD = 5_000; // milliseconds
const ACTIVE = "active";

const activity = channel("breeze-lakes-point-activity");
let endsAt = Infinity;
let idleLimit = Infinity; // milliseconds
let idleAt = Infinity;
let warning = null;

/** Watches the session of this page. `end` leaves the page. */
export function watchSession(end) {
  whenAnswered(({ headers }) => {
    const seconds = headers.get("Session-Ends-In");
    if (seconds !== null) {
      endsAt = Date.now() + Number(seconds) * 1000;
      idleLimit = Number(headers.get("Session-Idle-Limit") ?? Infinity) * 1000;
    }
    noteActivity();
    activity.postMessage(ACTIVE);
  });
  activity.addEventListener("message", noteActivity);
  const check = () => checkTime(end);
  setInterval(check, PERIOD);
  // Timers stand still while a phone or computer sleeps.
  document.addEventListener("visibilitychange", check);
}

function noteActivity() {
  idleAt = Date.now() + idleLimit;
  removeWarning();
}

function removeWarning() {
  warning?.remove();
  warning = null;
}

function checkTime(end) {
  const left = Math.min(endsAt, idleAt) - Date.now();
  if (left <= 0) {
    // Other tabs were idle, too. The service may wait a few minutes longer.
    if (idleAt < endsAt) send("DELETE", "/sessions/current", undefined, { keepalive: true }).catch(() => {});
    removeWarning();
    end();
  } else if (left <= WARNING && !warning) warn(end);
}

function warn(end) {
  const isIdle = idleAt < endsAt;
  const text = isIdle
    ? gettext("You’ll be signed out in 2 minutes because you haven’t done anything for a while.")
    : gettext("You’ll be signed out in 2 minutes, to keep your account safe. Save what you’re doing, then sign in again.");
  const button = make("button", { type: "button" }, isIdle ? gettext("Stay signed in") : gettext("Sign in again"));
  button.addEventListener("click", () => (isIdle ? get("/me").catch(() => {}) : end()));
  warning = make("div", { id: "session-end", class: "notice", role: "alert" }, make("p", {}, text), button);
  find("main").prepend(warning);
}
