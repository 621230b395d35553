import { carryOver } from "./carried";
import { begin, forgetToken, token, turnTo } from "./fragment";
import { signUp } from "./new-account";
import { find, onSubmit, show } from "./page";
import { goOn } from "./outside";
import { advise, suggest } from "./password";
import { ask } from "./service";
import { say } from "./texts";

const form = find("#choose");
const { username, firstName, lastName, password } = form.elements;

advise(password, () => [username.value, firstName.value, lastName.value]);
suggest(find("#suggest"), password);
begin("choose");
if (!token) show("incomplete", "ask");
carryOver(form, find("#ask"));

onSubmit(form, async (given) => {
  let account;
  try {
    account = await signUp({ ...given, emailToken: token });
  } catch (error) {
    if (!error.fields?.emailToken) throw error;
    turnTo("broken", "ask");
    return;
  }
  forgetToken();
  goOn(account, "/register");
});

onSubmit(find("#ask"), async ({ email }) => {
  await ask("POST", "/signup/email", { email });
  forgetToken();
  find("#sent-help").textContent = say("signUpLinkSent", { email });
  turnTo("sent");
});
