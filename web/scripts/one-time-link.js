// A one-time link that staff give to a user: to scan, print, or copy. The page does not store it.

import { copyButton } from "./copy";
import { make } from "./page";
import { gettext, ngettext } from "./texts";

/** Shows a link as a QR code and as text, on a slip that can be printed by itself.

    `hours` is how long the link works, and `facts` are further lines of the slip. A `passphrase`
    stands for the link, which is too long to be typed.
*/
export function showOneTimeLink(place, { username, link, linkQrSvg, passphrase = "", hours = 1, facts = [] }) {
  const shown = make("input", { type: "text", readonly: true, value: link, "aria-label": gettext("One-time password link") });
  // An image cannot run scripts, unlike SVG in the page itself.
  const src = URL.createObjectURL(new Blob([linkQrSvg], { type: "image/svg+xml" }));
  const image = make("img", { class: "qr", alt: gettext("QR code of the link to choose a password"), src });
  image.addEventListener("load", () => URL.revokeObjectURL(src), { once: true });
  const slip = make("div", { class: "slip" },
    make("p", { class: "name printed" }, "Breeze Lakes Point"),
    ...facts.map((fact) => make("p", {}, fact)),
    make("p", {}, ngettext("Scan this code with your phone to choose a password. It works once and expires in {count} hour.", "Scan this code with your phone to choose a password. It works once and expires in {count} hours.", hours)),
    image,
    make("p", {}, gettext("Your username:"), " ", make("strong", { translate: "no" }, username)),
    ...(passphrase ? inWords(link, passphrase) : [make("p", { class: "hint written printed", translate: "no" }, link)]),
  );
  const printing = make("button", { type: "button", class: "strong", onclick: () => print() }, gettext("Print slip"));
  const copying = copyButton(link, () => shown.select());
  place.replaceChildren(
    slip,
    make("p", { class: "actions" }, printing),
    make("div", { class: "joined screen" }, shown, copying),
    make("p", { class: "hint screen" }, ngettext("They use this link to choose a password. It works once, expires in {count} hour and won’t be shown again.", "They use this link to choose a password. It works once, expires in {count} hours and won’t be shown again.", hours)),
  );
  printing.focus();
}

/** How to choose a password without scanning: the address to go to, and the passphrase. */
function inWords(link, passphrase) {
  const { host, pathname } = new URL(link);
  return [
    make("p", {}, gettext("Or go to {address} and enter your username and this passphrase:", { address: `${host}${pathname}#slip` })),
    make("p", { class: "passphrase", translate: "no" }, passphrase),
  ];
}
