import { carryOver } from "./carried";
import { find, onSubmit } from "./page";
import { goOn } from "./outside";
import { advise, suggest } from "./password";
import { ask } from "./service";

const form = find("form");
const { username, email, noEmail, firstName, lastName, password } = form.elements;

advise(password, () => [username.value, email.value.split("@")[0], firstName.value, lastName.value]);
suggest(find("#suggest"), password);

noEmail.addEventListener("change", () => {
  find("#with-email").hidden = noEmail.checked;
  find("#without-email").hidden = !noEmail.checked;
  if (noEmail.checked) email.value = "";
});
carryOver(form);

onSubmit(form, async ({ noEmail: _, ...given }) => {
  goOn(await ask("POST", "/signup", given), "/register");
});
