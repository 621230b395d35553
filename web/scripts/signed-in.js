// The frame of the pages for signed-in accounts: the account, the menu, and signing out.

import { saveInput } from "./preserve-input";
import { requestSubmit, tab } from "./compat";
import { find, findAll, make, news, reload, sentence, SIGNED_OUT, whenSignedOut } from "./page";
import { send, base, expectAccount, hasSeveralSessions, get, ApiError } from "./service";
import { watchSession } from "./session-end";
import { isShared } from "./shared-device";
import { gettext } from "./texts";

/** Redirects to the sign-in page, which redirects back, and says why: `said` is `out`, `ended`, or nothing. */
export function leave({ back = true, said = "" } = {}) {
  const here = location.pathname.slice(base.length) + location.search + location.hash;
  const why = hasSeveralSessions() ? { problem: "sessions" } : {};
  const query = new URLSearchParams({ ...why, ...(said && { said }), ...(back && { next: here }) }).toString();
  window.dispatchEvent(new Event("leaving"));
  if (isShared()) forget();
  else if (back) saveInput();
  find("main").replaceChildren();
  location.replace(`${base}/signin${query && `?${query}`}`);
  return true;
}
// Before the page knew the account, its reader came without a session; afterward, the session has ended.
whenSignedOut(() => leave({ said: document.body.dataset.ready ? "ended" : "" }));
watchSession(() => leave({ said: "ended" }));

/** Returns the account of the signed-in user; sends other visitors to sign in, and returns nothing. */
export const requireAccount = async () => (await requireAccountAnd())[0];

/** Returns the account, and what `load` returns: both are requested at once, since each takes seconds on a slow phone.

    If another account signs in between the two requests, `news` tells this page to leave.
*/
export async function requireAccountAnd(load = async () => undefined) {
  const [account, loaded] = await withRetry(() => Promise.all([get("/me"), load()]));
  expectAccount(account.id);
  forgetOthers(account.id);
  showAccount(account);
  return [account, loaded];
}

/** Loads a page's initial data; on failure, shows the error and a button to retry.

    It sends visitors who are not signed in to the sign-in page, and throws errors of form fields.
*/
export async function withRetry(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error.code === "invalid_fields") throw error;
      if (error.isSignedOut) {
        leave();
        return new Promise(() => {});
      }
      if (error.code === "second_factor_setup_required") {
        location.replace(`${base}/account#second-factor`);
        return new Promise(() => {});
      }
      if (error.code === "passkey_sign_in_required") {
        location.replace(`${base}/account#passkey-required`);
        return new Promise(() => {});
      }
      await askedAgain(error);
    }
  }
}

/** Returns the signed-in staff account. Tells applicants that the page is for staff. */
export async function requireStaff() {
  const account = await requireAccount();
  if (isStaff(account)) return account;
  find("main").replaceChildren(make("h1", {}, gettext("Staff only")), make("p", {}, gettext("Your account doesn’t have access to this page. If you need it, ask an administrator.")));
  return new Promise(() => {});
}

/** Whether an account's role permits a kind of work, such as `manageEvents`. */
export const permits = (account, permission) => account.permissions.includes(permission);
export const isStaff = (account) => account.permissions.length > 0;

function showAccount(account) {
  const name = account.firstName || account.username;
  for (const place of findAll("[data-account=name]")) place.textContent = name;
  for (const part of findAll("[data-staff]")) part.hidden = !isStaff(account);
  for (const part of findAll("[data-permission]")) part.hidden = !permits(account, part.dataset.permission);
  carryEvent();
  document.body.dataset.ready = "true";
}

// The event that staff work on is chosen once in a tab: each link that leads to an event's page carries it.

const EVENT = "event";
export const rememberedEvent = () => kept(EVENT);
export function rememberEvent(id) {
  keep(EVENT, id);
  carryEvent();
}

function carryEvent() {
  const event = rememberedEvent();
  if (event) for (const link of findAll("a[data-event]")) link.search = `?${new URLSearchParams({ event })}`;
}

const askedAgain = (error) =>
  new Promise((again) => {
    const button = make("button", {}, gettext("Try again"));
    const said = make("div", { class: "problems", role: "alert" }, make("p", {}, sentence(error)), button);
    button.addEventListener("click", () => {
      said.remove();
      again();
    });
    find("main").prepend(said);
  });

// A page stores a user's data in this tab only. Not every key names the user (`staff/…` and `events/…`
// do not). `whose` separates users: the page clears the tab's data when another user signs in.
const KEPT = "kept";
const WHOSE = "whose";
export const keep = (name, value) => tab.setItem(`${KEPT}/${name}`, JSON.stringify(value));
export const kept = (name) => JSON.parse(tab.getItem(`${KEPT}/${name}`) ?? "null");
export const dropKept = (name) => tab.removeItem(`${KEPT}/${name}`);

function forgetOthers(id) {
  if (tab.getItem(WHOSE) !== id) tab.clear();
  tab.setItem(WHOSE, id);
}

function forget() {
  tab.clear();
  for (const form of document.forms) form.reset();
}

/** Clears a signed-out user's data here and in the other tabs, and goes to the sign-in page. */
export function signOutInEveryTab() {
  forget();
  news.postMessage(SIGNED_OUT);
  leave({ back: false, said: "out" });
}

/** Signs out: here and on the server, or at least here. Returns whether the server responded. */
async function signOut() {
  try {
    await send("DELETE", "/sessions/current");
    return true;
  } catch {
    // The session has ended or the request failed: the endpoint without authentication may still work.
  }
  try {
    await send("POST", "/signout");
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status === 401;
  }
}

const out = find("#sign-out");
out.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (out.ariaBusy === "true") return;
  out.ariaBusy = "true";
  const problem = find("#still-signed-in");
  problem.hidden = true;
  if (await signOut()) signOutInEveryTab();
  else {
    problem.hidden = false;
    problem.focus();
  }
  out.ariaBusy = "false";
});
find("#still-signed-in button").addEventListener("click", () => requestSubmit(out));

// A user who signs out in one tab leaves all tabs. When another user signs in, the tabs of the previous
// user leave too, and keep their input as at the end of a session. A page from the browser's cache reloads.
news.addEventListener("message", ({ data }) => {
  if (data === SIGNED_OUT) {
    forget();
    leave({ back: false, said: "out" });
  } else if (data !== tab.getItem(WHOSE)) leave();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) reload();
});

const menu = find("#menu-button");
menu.addEventListener("click", () => {
  const open = menu.ariaExpanded !== "true";
  menu.ariaExpanded = String(open);
  find("#menu").dataset.open = String(open);
});
for (const link of findAll("#menu a")) {
  if (link.pathname.replace(/\/$/, "") === location.pathname.replace(/\/$/, "")) link.ariaCurrent = "page";
}
