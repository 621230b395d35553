// A one-time link that staff give to a user: to scan, print, or copy. The page does not store it.

import { copyButton } from "./copy";
import { make } from "./page";
import { gettext } from "./texts";

/** Shows a link as a QR code and as text, on a slip that can be printed by itself. */
export function showOneTimeLink(place, { username, link, linkQrSvg }) {
  const shown = make("input", { type: "text", readonly: true, value: link, "aria-label": gettext("One-time password link") });
  // An image cannot run scripts, unlike SVG in the page itself.
  const src = URL.createObjectURL(new Blob([linkQrSvg], { type: "image/svg+xml" }));
  const image = make("img", { class: "qr", alt: gettext("QR code of the link to choose a password"), src });
  image.addEventListener("load", () => URL.revokeObjectURL(src), { once: true });
  const slip = make("div", { class: "slip" },
    make("p", { class: "name printed" }, "Breeze Lakes Point"),
    make("p", {}, gettext("Scan this code with your phone to choose a password. It works once and expires in 1 hour.")),
    image,
    make("p", {}, gettext("Your username:"), " ", make("strong", { translate: "no" }, username)),
    make("p", { class: "hint written printed", translate: "no" }, link),
  );
  const printing = make("button", { type: "button", class: "strong", onclick: () => print() }, gettext("Print slip"));
  const copying = copyButton(link, () => shown.select());
  place.replaceChildren(
    slip,
    make("p", { class: "actions" }, printing),
    make("div", { class: "joined screen" }, shown, copying),
    make("p", { class: "hint screen" }, gettext("They use this link to choose a password. It works once, expires in 1 hour and won’t be shown again.")),
  );
  printing.focus();
}
