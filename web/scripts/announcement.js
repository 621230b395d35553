// One message at a time about the result of an action, at the bottom of the page.

const SHOWN_FOR = 6000; // milliseconds; errors stay until the next action

const place = document.getElementById("announcement");
const toast = place.parentElement;
const close = toast.querySelector("button");
let timer;
let shown = 0; // how many messages

/** Shows a message, also to screen readers; an empty text removes it.

    A reader who points at the message, or has the focus in it, keeps it (WCAG 2.2, 2.2.1).
*/
export function announce(text, kind = "done") {
  // The empty element stays in the page: screen readers announce only changes of an existing status.
  toast.dataset.kind = text ? kind : "none";
  close.hidden = !text;
  place.textContent = text;
  clearTimeout(timer);
  if (!text) return;
  shown += 1;
  fade();
}

/** Returns a function that shows a message, unless another one has been shown since now. */
export function announceUnlessReplaced() {
  const before = shown;
  return (text) => {
    if (shown === before) announce(text);
  };
}

function fade() {
  clearTimeout(timer);
  if (toast.dataset.kind === "wrong") return;
  timer = setTimeout(() => {
    if (!toast.matches(":hover, :focus-within")) announce("");
  }, SHOWN_FOR);
}

for (const left of ["pointerleave", "focusout"]) toast.addEventListener(left, fade);
close.addEventListener("click", () => announce(""));
