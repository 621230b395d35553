// Asks before a page is left while it has changes that are not on the server.

import { requestSubmit } from "./compat";
import { choose, find } from "./page";
import { gettext } from "./texts";

/** Asks before this page is left.

    @param {() => boolean} hasChanges says whether there are unsaved changes now
    @param {() => void} discard forgets them; called when the reader leaves without saving
*/
export function guardChanges(hasChanges, discard) {
  // Signing in again and changing the language bring the reader back to what they typed.
  let isAllowed = false;
  window.addEventListener("leaving", () => (isAllowed = true));

  const isUnsaved = () => hasChanges() && !isAllowed;
  const leaves = () => choose({ question: gettext("You have changes that aren’t saved. Leave without saving them?"), yes: gettext("Leave without saving"), no: gettext("Keep editing"), danger: true });

  // Closing the tab, reloading, Back: only the browser's own question can stop these.
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });

  // Links get a question in the page, since Safari on a phone never shows the browser's own.
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    const opensElsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey;
    const address = link && link.getAttribute("href");
    if (!address || opensElsewhere || address.startsWith("#") || !isUnsaved()) return;
    event.preventDefault();
    if (!(await leaves())) return;
    discard();
    isAllowed = true;
    location.assign(address);
  });

  const signOut = find("#sign-out");
  let isConfirmed = false;
  signOut.addEventListener(
    "submit",
    async (event) => {
      if (isConfirmed || !isUnsaved()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await leaves())) return;
      // Where signing out fails, the page stays, and so do the changes.
      isConfirmed = true;
      requestSubmit(signOut);
      isConfirmed = false;
    },
    { capture: true },
  );
}
