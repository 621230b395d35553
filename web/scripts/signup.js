import { restoreInput } from "./preserve-input";
import { clearProblems, find, onPress, onSubmit } from "./page";
import { redirectAfterSignIn } from "./public";
import { showAdvice, setUpSuggestion } from "./password";
import { signUp } from "./new-account";
import { offerPasskey } from "./passkey-account";
import { send } from "./service";
import { askWhetherShared } from "./shared-device-box";
import { gettext } from "./texts";

const form = find("form");
const { username, email, noEmail, firstName, lastName, password } = form.elements;

showAdvice(password, () => [username.value, email.value.split("@")[0], firstName.value, lastName.value]);
setUpSuggestion(find("#suggest"), password);

noEmail.addEventListener("change", () => {
  find("#with-email").hidden = noEmail.checked;
  find("#without-email").hidden = !noEmail.checked;
  if (noEmail.checked) email.value = "";
});
restoreInput(form);

askWhetherShared(form);

const taken = find("#taken");
let address = ""; // what the link would be sent to

onSubmit(form, async ({ noEmail: _, sharedDevice: __, ...given }, button) => {
  taken.hidden = true;
  if (button?.value === "email") {
    if (noEmail.checked) noEmail.click(); // so that the field is there to fill in
    address = given.email;
    return sendLink();
  }
  try {
    redirectAfterSignIn(await signUp(given), "/register");
  } catch (error) {
    if (error.code === "identity_taken") {
      offerLink(given);
      error.fields = { username: error.message, ...(given.email && { email: error.message }) };
    }
    throw error;
  }
});

/** Leads to the account that may be the user's, and offers a link to the owner of its address: it may not be theirs. */
function offerLink(given) {
  address = given.email || (given.username.includes("@") ? given.username : "");
  find("#send-sign-up-link").hidden = !address;
  find("#taken-help").textContent = !address ? gettext("Is this your account? Sign in, or choose another username.") : gettext("Is {email} your email address? We can email you a link to create your account with it.", { email: address });
  find("#taken-actions").hidden = false;
  taken.hidden = false;
}

onPress(find("#send-sign-up-link"), sendLink);

offerPasskey(
  form,
  () => {
    taken.hidden = true;
    return Object.fromEntries([username, email, firstName, lastName].map(({ name, value }) => [name, value]));
  },
  offerLink,
);

async function sendLink() {
  await send("POST", "/signup/email", { email: address });
  // What is left to do is in the email, so that the form's own error would mislead.
  clearProblems(form);
  find("#taken-help").textContent = gettext("We sent an email to {email}. Open it to continue. Check your spam folder, too.", { email: address });
  find("#taken-actions").hidden = true;
  taken.hidden = false;
  taken.focus(); // the button that had it may be hidden
}
