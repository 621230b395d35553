// The frame of the pages for those who are signed in: who they are, where they may go, the way out.

import { find, findAll, make, sentence, whenSignedOut } from "./page";
import { ask, base, read, Refused } from "./service";
import { say } from "./texts";

const news = new BroadcastChannel("breeze-lakes-point");

/** Goes to sign in, and comes back here afterwards. */
export function leave({ back = true } = {}) {
  const here = location.pathname.slice(base.length) + location.search;
  const next = back ? `?${new URLSearchParams({ next: here })}` : "";
  find("main").replaceChildren();
  location.replace(`${base}/signin${next}`);
  return true;
}
whenSignedOut(leave);

/** Gives the account of whoever is signed in; others are sent to sign in, and nothing is given. */
export async function signedIn() {
  for (;;) {
    try {
      const account = await read("/me");
      forgetOthers(account.id);
      welcome(account);
      return account;
    } catch (error) {
      if (error.code === "not_signed_in") {
        leave();
        return new Promise(() => {});
      }
      await askedAgain(error);
    }
  }
}

/** The same for staff; others are told that this is not for them. */
export async function staffSignedIn() {
  const account = await signedIn();
  if (account.role !== "User") return account;
  find("main").replaceChildren(make("h1", {}, say("staffOnly")), make("p", {}, say("staffOnlyHelp")));
  return new Promise(() => {});
}

function welcome(account) {
  const name = account.firstName || account.username;
  for (const place of findAll("[data-account=name]")) place.textContent = name;
  for (const part of findAll("[data-role=staff]")) part.hidden = account.role === "User";
  for (const part of findAll("[data-role=SuperAdmin]")) part.hidden = account.role !== "SuperAdmin";
  document.body.dataset.ready = "true";
}

const askedAgain = (error) =>
  new Promise((again) => {
    const button = make("button", {}, say("tryAgain"));
    const said = make("div", { class: "problems", role: "alert" }, make("p", {}, sentence(error)), button);
    button.addEventListener("click", () => {
      said.remove();
      again();
    });
    find("main").prepend(said);
  });

// What a page keeps of somebody, it keeps in this tab, under their identifier.
const KEPT = "kept";
export const keep = (name, value) => sessionStorage.setItem(`${KEPT}/${name}`, JSON.stringify(value));
export const kept = (name) => JSON.parse(sessionStorage.getItem(`${KEPT}/${name}`) ?? "null");
export const dropKept = (name) => sessionStorage.removeItem(`${KEPT}/${name}`);

function forgetOthers(id) {
  if (sessionStorage.getItem("whose") !== id) sessionStorage.clear();
  sessionStorage.setItem("whose", id);
}

function forget() {
  sessionStorage.clear();
  for (const form of document.forms) form.reset();
  find("main").replaceChildren();
}

/** Signs out: here and on the server, or at least here. Gives whether any of it was answered. */
async function signOut() {
  try {
    await ask("DELETE", "/sessions/current");
    return true;
  } catch {
    // Over already, or not to be reached: the stateless way needs nothing but an answer.
  }
  try {
    await ask("POST", "/signout");
    return true;
  } catch (error) {
    return error instanceof Refused && error.status === 401;
  }
}

const out = find("#sign-out");
out.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (out.ariaBusy === "true") return;
  out.ariaBusy = "true";
  const problem = find("#still-signed-in");
  problem.hidden = true;
  if (await signOut()) {
    forget();
    news.postMessage("signed out");
    window.dispatchEvent(new Event("signed-out"));
    leave({ back: false });
  } else {
    problem.hidden = false;
    problem.focus();
  }
  out.ariaBusy = "false";
});
find("#still-signed-in button").addEventListener("click", () => out.requestSubmit());

// Whoever signs out in one tab leaves them all, and no page comes back out of a browser's memory.
news.addEventListener("message", () => {
  forget();
  window.dispatchEvent(new Event("signed-out"));
  leave({ back: false });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
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
