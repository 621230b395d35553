// The token of a link: it stands behind the #, which no server is sent.

import { find, show } from "./page";
import { ask, Refused } from "./service";

const tokenNow = () => new URLSearchParams(location.hash.slice(1)).get("token");
export const token = tokenNow();

// Another link in this tab changes what is behind the #, and no page is loaded for that. The link
// that skips to the content changes it, too, and brings no token; Back from there brings the same one.
addEventListener("hashchange", () => {
  if (tokenNow() && tokenNow() !== token) location.reload();
});

/**
 * Sends it along; gives the answer, and forgets the token.
 * Where it is no good any more the page says so, and nothing is given.
 */
export async function spend(path, body = {}) {
  let answer;
  try {
    answer = await ask("POST", path, { token, ...body });
  } catch (error) {
    if (!(error instanceof Refused) || !error.fields.token) throw error;
    turnTo("broken");
    return undefined;
  }
  // Out of the address and of this tab's history, now that it is of no use.
  history.replaceState(null, "", location.pathname);
  return answer;
}

/** Shows another part of the page, and goes there. */
export function turnTo(part) {
  show(part);
  find(`[data-part=${part}]`).focus();
}
