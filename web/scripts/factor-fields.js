// The fields of a question that takes the password, and the code of a second factor.

import { make } from "./page";
import { gettext } from "./texts";

/** Makes a field of a question. */
export const field = (label, attributes) =>
  make("div", { class: "field" }, make("label", { for: attributes.id }, label), make("input", attributes));

/** Makes them for an account: the code only if it has a second factor. */
export function factorFields({ secondFactor }) {
  const password = { id: "asked-password", name: "currentPassword", type: "password", autocomplete: "current-password" };
  const code = { id: "asked-code", name: "code", autocomplete: "one-time-code", spellcheck: "false" };
  const fields = [field(gettext("Current password"), password)];
  return secondFactor ? [...fields, field(gettext("Verification code"), code)] : fields;
}
