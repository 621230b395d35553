// A new password: the user can show it, gets advice while typing, and can request a suggestion.

import { copyButton } from "./copy";
import { find, findAll, lengthOf, longestOf, make, onPress } from "./page";
import { get } from "./service";
import { gettext, ngettext, pgettext } from "./texts";

/** Shows or hides a password. The button's label names its next action. */
function setVisible(field, isShown) {
  const button = find(`[data-reveals="${field.id}"]`);
  field.type = isShown ? "text" : "password";
  button.textContent = isShown ? pgettext("password", "Hide") : pgettext("password", "Show");
  button.setAttribute("aria-label", isShown ? gettext("Hide password") : gettext("Show password"));
}

for (const button of findAll("[data-reveals]")) {
  const field = find(`#${button.dataset.reveals}`);
  button.addEventListener("click", () => {
    setVisible(field, field.type === "password");
    field.focus();
  });
  // Browsers must not save the password as a text for autocompletion.
  field.form.addEventListener("submit", () => setVisible(field, false));
}

const distinct = (text) => new Set(text.toLowerCase()).size;

/** Returns advice on a password; the service, which checks more rules, makes the final decision. */
function advice(password, shortest, longest, names) {
  const length = lengthOf(password);
  if (length === 0) return gettext("Use at least {shortest} characters. Three or more unrelated words work well.", { shortest });
  if (length > longest) return gettext("Too long: use {longest} characters or fewer.", { longest });
  const lower = password.toLowerCase();
  if (names.some((name) => name.length > 3 && lower.includes(name.toLowerCase()))) return gettext("Don’t use your name, username or email.");
  if (length < shortest) return ngettext("{count} more character needed", "{count} more characters needed", shortest - length);
  if (distinct(password) < 6) return gettext("Too repetitive. Use different words.");
  return gettext("That’s long enough.");
}

/** Shows advice at a field; `names` returns the words that the password should not contain. */
export function showAdvice(field, names = () => []) {
  const place = find(`#${field.id}-advice`);
  const tell = () => {
    place.textContent = advice(field.value, Number(field.minLength), longestOf(field), names().filter(Boolean));
  };
  field.addEventListener("input", tell);
  tell();
}

/** Puts a suggested password into a field, and shows it below so that the user can copy it.

    It's shown as long as it's what the field holds, and no longer than the page.
*/
export function setUpSuggestion(button, field) {
  const place = find(`#${field.id}-suggestion`);
  const clear = () => place.replaceChildren();
  onPress(button, async () => {
    const { password } = await get("/password/suggestion");
    field.value = password;
    setVisible(field, true);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const shown = make("p", { class: "passphrase", translate: "no" }, password);
    const select = () => getSelection().selectAllChildren(shown);
    place.replaceChildren(make("p", {}, gettext("Write this password down before you continue. The spaces are part of it.")), shown, copyButton(password, select));
    place.scrollIntoView({ block: "nearest" });
  });
  field.addEventListener("input", () => {
    if (field.value !== find(".passphrase", place)?.textContent) clear();
  });
  field.form.addEventListener("reset", clear);
  addEventListener("pagehide", clear);
}
