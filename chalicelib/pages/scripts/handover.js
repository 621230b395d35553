// A one-time link that staff hand over. It is shown once, and kept nowhere.

import { announce, make, onPress } from "./page";
import { say } from "./texts";

/** Shows it, to be copied or read out. */
export function handOver(place, link) {
  const shown = make("input", { type: "text", readonly: true, value: link, "aria-label": say("oneTimeLink") });
  const button = make("button", { type: "button", class: "strong" }, say("copy"));
  onPress(button, async () => {
    shown.select();
    try {
      await navigator.clipboard.writeText(link);
      announce(say("copied"));
    } catch {
      announce(say("copyYourself"), "wrong"); // the browser does not let a page do it
    }
  });
  place.replaceChildren(
    make("p", {}, say("oneTimeLinkHelp")),
    make("div", { class: "joined" }, shown, button),
  );
  shown.select();
}
