// A one-time link that staff hand over. It is shown once, and kept nowhere.

import { copyButton } from "./copy";
import { make } from "./page";
import { say } from "./texts";

/** Shows it, to be copied or read out. */
export function handOver(place, link) {
  const shown = make("input", { type: "text", readonly: true, value: link, "aria-label": say("oneTimeLink") });
  const button = copyButton(link, () => shown.select(), { class: "strong" });
  place.replaceChildren(
    make("p", {}, say("oneTimeLinkHelp")),
    make("div", { class: "joined" }, shown, button),
  );
  shown.select();
}
