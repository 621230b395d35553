// Holds a change of status for ten seconds, so that staff can undo it before anything happens: the service
// changes the status, gives a spot to the next person, and sends an email only afterwards.

import { announce, find } from "./page";
import { gettext, word } from "./texts";

const HELD_FOR = 10; // seconds

/** Makes a change after ten seconds; gives what `act` gives, or null if it was undone.

    The time stands still while the pointer or the focus is at the message (WCAG 2.2, 2.2.1). Leaving the
    page makes the change at once: its reader has pressed the button, and has not undone it. A link is
    followed after the change, and not if it failed.
*/
export async function hold(place, who, status, act) {
  find("[role=status]", place).textContent = gettext("{who}: “{status}” in a few seconds. No email has been sent.", { who, status: word(status) });
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  const { isMade, next } = await countDown(place);
  place.hidden = true;
  if (!isMade) {
    announce(gettext("Undone. Nothing was changed."));
    return null;
  }
  const done = await act();
  if (done && next) location.assign(next);
  return done;
}

/** @returns {Promise<{ isMade: boolean, next?: string }>} */
const countDown = (place) =>
  new Promise((resolve) => {
    let left = HELD_FOR;
    const seconds = find(".seconds", place);
    seconds.textContent = String(left);
    const timer = setInterval(() => {
      if (place.matches(":hover, :focus-within")) return;
      left -= 1;
      seconds.textContent = String(left);
      if (!left) end(true);
    }, 1000);

    function end(isMade, next) {
      clearInterval(timer);
      window.removeEventListener("pagehide", leave);
      document.removeEventListener("click", follow);
      resolve({ isMade, next });
    }
    const leave = () => end(true);
    function follow(event) {
      const link = event.target instanceof Element && event.target.closest("a[href]:not([target])");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      end(true, link.href);
    }
    window.addEventListener("pagehide", leave);
    document.addEventListener("click", follow);
    find(".undo", place).onclick = () => end(false);
    find(".now", place).onclick = () => end(true);
  });
