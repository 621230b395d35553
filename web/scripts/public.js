// Picks the page that a user sees after signing in.

import { tab } from "./compat";
import { findAll, news, SIGNED_OUT } from "./page";
import { base } from "./service";

// The page that led here has stored the user's input for their return. After a sign-out in another
// tab, this page deletes that input.
news.addEventListener("message", ({ data }) => data === SIGNED_OUT && tab.clear());

export const next = new URLSearchParams(location.search).get("next") ?? "";
// The token of a one-time link that the next page needs. The link that skips to the content replaces it.
const initialHash = location.hash;

// Signing up instead of signing in, and the other way around, leads to that page, too.
if (next) {
  for (const link of findAll("main a[href$='/signin'], main a[href$='/signup']")) {
    link.search = `?${new URLSearchParams({ next })}`;
    link.hash = initialHash;
  }
}

/** Tells the other tabs which account signed in, and goes to the page that sent it here, if it is one of ours.

    Otherwise to `fallback`, which is where their registrations stand unless something else is given.
*/
export function redirectAfterSignIn(account, fallback = "/") {
  news.postMessage(account.id);
  const isWanted = /^\/(?!\/)/.test(next) && next !== "/";
  const url = new URL(base + (isWanted ? next : fallback), location.origin);
  if (isWanted && initialHash) url.hash = initialHash;
  const ours = url.origin === location.origin && url.pathname.startsWith(`${base}/`);
  location.replace(ours ? url : `${base}/`);
}
