// Where somebody goes who has just signed in.

import { base } from "./service";

/** The page that sent them here, if it is one of ours; else where their registrations stand. */
export function goOn(fallback = "/") {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  const url = new URL(base + (/^\/(?!\/)/.test(next) ? next : fallback), location.origin);
  const ours = url.origin === location.origin && url.pathname.startsWith(`${base}/`);
  location.replace(ours ? url : `${base}/`);
}
