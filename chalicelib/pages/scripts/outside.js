// Where somebody goes who has just signed in.

import { news } from "./page";
import { base } from "./service";

/** Tells the other tabs who it is, and goes to the page that sent them here, if it is one of ours.

    Otherwise to `fallback`, which is where their registrations stand unless something else is given.
*/
export function goOn(account, fallback = "/") {
  news.postMessage(account.id);
  const next = new URLSearchParams(location.search).get("next") ?? "";
  const url = new URL(base + (/^\/(?!\/)/.test(next) ? next : fallback), location.origin);
  const ours = url.origin === location.origin && url.pathname.startsWith(`${base}/`);
  location.replace(ours ? url : `${base}/`);
}
