import { restoreInput } from "./preserve-input";
import { requireToken, clearToken, token, showPart } from "./url-token";
import { signUp } from "./new-account";
import { find, onSubmit, show } from "./page";
import { redirectAfterSignIn } from "./public";
import { showAdvice, setUpSuggestion } from "./password";
import { send } from "./service";
import { gettext } from "./texts";

const form = find("#choose");
const { username, firstName, lastName, password } = form.elements;

showAdvice(password, () => [username.value, firstName.value, lastName.value]);
setUpSuggestion(find("#suggest"), password);
requireToken("choose");
if (!token) show("incomplete", "ask");
restoreInput(form, find("#ask"));

// What is left out has a default, or isn't needed.
const filled = (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value));

onSubmit(form, async (given) => {
  let account;
  try {
    account = await signUp({ ...filled(given), emailToken: token });
  } catch (error) {
    if (!error.fields?.emailToken) throw error;
    showPart("broken", "ask");
    return;
  }
  clearToken();
  redirectAfterSignIn(account, "/register");
});

onSubmit(find("#ask"), async ({ email }) => {
  await send("POST", "/signup/email", { email });
  clearToken();
  find("#sent-help").textContent = gettext("We sent an email to {email}. Open it to continue. Check your spam folder, too.", { email });
  showPart("sent");
});
