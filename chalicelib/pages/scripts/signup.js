import { carryOver } from "./carried";
import { find, onSubmit } from "./page";
import { goOn } from "./outside";
import { advise, suggest } from "./password";
import { ask, Refused } from "./service";

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

let unanswered = null; // what was sent, if the answer was lost: the account may be there

onSubmit(form, async ({ noEmail: _, ...given }) => goOn(await signUp(given), "/register"));

/** Makes the account, or signs in to it where a try that went unanswered has made it; gives it. */
async function signUp(given) {
  try {
    return await ask("POST", "/signup", given);
  } catch (error) {
    const isOurs = unanswered?.username === given.username && unanswered.password === given.password;
    if (error.code === "identity_taken" && isOurs) return signIn(given, error);
    if (!(error instanceof Refused) || error.status >= 500) unanswered = given;
    throw error;
  }
}

/** Signs in to that account; where it is somebody else's, the name is taken.

    Any other refusal says nothing of whose it is.
*/
async function signIn({ username: name, password: typed }, taken) {
  try {
    return await ask("POST", "/signin", { username: name, password: typed });
  } catch (error) {
    throw error.code === "incorrect_credentials" ? taken : error;
  }
}
