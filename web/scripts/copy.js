// Puts a text on the clipboard.

import { announce, make, onPress } from "./page";
import { say } from "./texts";

/** Makes a button that copies a text. Where the browser doesn't allow that, `select` marks the text instead. */
export function copyButton(text, select, attributes = {}) {
  const button = make("button", { type: "button", ...attributes }, say("copy"));
  onPress(button, async () => {
    select();
    try {
      await navigator.clipboard.writeText(text);
      announce(say("copied"));
    } catch {
      announce(say("copyYourself"), "wrong");
    }
  });
  return button;
}
