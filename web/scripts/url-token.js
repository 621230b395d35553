// The token of a one-time link. It is in the URL fragment, which browsers do not send to servers.

import { find, onSubmit, show } from "./page";
import { send, ApiError } from "./service";
import { gettext } from "./texts";

const readToken = () => new URLSearchParams(location.hash.slice(1)).get("token");
export const token = readToken();

// Another link in this tab changes what is behind the #, and no page is loaded for that. The link
// that skips to the content changes it, too, and brings no token; Back from there brings the same one.
addEventListener("hashchange", () => {
  if (readToken() && readToken() !== token) location.reload();
});

/** Shows a part of the page if its address has a token, and otherwise the part that asks for the link. */
export function requireToken(part) {
  if (!token) askForLink();
  show(token ? part : "incomplete");
}

/** Takes the full link, as it stands in the email, of a person who came without its token.

    Some mail programs open links without what is behind the #.
*/
function askForLink() {
  const form = find("#whole-link");
  onSubmit(form, async ({ link }) => {
    const pasted = parseLink(link);
    if (!pasted) throw new ApiError(422, { fields: { link: gettext("Paste the full link from the email. It starts with https:// and has #token= in it.") } }, 0);
    form.reset();
    // This reloads the page; see above.
    location.replace(`#${new URLSearchParams({ token: pasted })}`);
  });
}

/** The token of a link to this very page; null for any other text. Mail programs break long lines. */
function parseLink(text) {
  let url;
  try {
    url = new URL(text.replace(/\s/g, ""));
  } catch {
    return null;
  }
  const isThisPage = url.origin === location.origin && url.pathname === location.pathname;
  return isThisPage ? new URLSearchParams(url.hash.slice(1)).get("token") : null;
}

/**
 * Sends the token along; returns the answer, and forgets the token.
 * If the token isn't valid any more, the page says so, and nothing is returned.
 */
export async function redeemToken(path, body = {}) {
  let answer;
  try {
    answer = await send("POST", path, { token, ...body });
  } catch (error) {
    if (!(error instanceof ApiError) || !error.fields.token) throw error;
    showPart("broken");
    return undefined;
  }
  clearToken();
  return answer;
}

/** Removes a used or expired token from the URL and from this tab's history. */
export const clearToken = () => history.replaceState(null, "", location.pathname);

/** Shows other parts of the page, and goes to the first. */
export function showPart(part, ...others) {
  show(part, ...others);
  find(`[data-part=${part}]`).focus();
}
