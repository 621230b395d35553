// Puts a text on the clipboard.

import { announce, make, onPress } from "./page";
import { gettext, pgettext } from "./texts";

/** Makes a button that copies a text. Where the browser doesn't allow that, `select` marks the text instead. */
export function copyButton(text, select, attributes = {}) {
  const button = make("button", { type: "button", ...attributes }, gettext("Copy"));
  onPress(button, async () => {
    select();
    try {
      await navigator.clipboard.writeText(text);
      announce(pgettext("link", "Copied"));
    } catch {
      announce(gettext("We couldn’t copy it. It’s selected, so press Ctrl+C (or ⌘C) to copy it."), "wrong");
    }
  });
  return button;
}
