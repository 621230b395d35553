// Signs in, or creates an account, with the proof that the browser brought from a provider.

import { find, onSubmit, sentence } from "./page";
import { next, redirectAfterSignIn } from "./public";
import { base, get, send } from "./service";
import { isShared } from "./shared-device";
import { gettext } from "./texts";
import { showPart } from "./url-token";

const query = new URLSearchParams(location.search);
const isLinking = query.get("purpose") === "link";
const problem = query.get("problem");
const code = find("#second-step");
const form = find("#new");
const leave = (account) => redirectAfterSignIn(account, account.permissions.length ? "/staff" : "/");

if (isLinking) find("#other-ways").href = `${base}/account`;
else if (next) find("#other-ways").search = `?${new URLSearchParams({ next })}`;

function showFailure(message) {
  find("#problem").textContent = message;
  showPart("failed");
}

onSubmit(code, async (given) => {
  try {
    leave(await send("POST", "/signin/proof", { ...given, sharedDevice: isShared() }));
  } catch (error) {
    if (error.code === "incorrect_code") error.fields = { code: error.message };
    throw error;
  }
});

onSubmit(form, async (given) => redirectAfterSignIn(await send("POST", "/signup/proof", { ...given, sharedDevice: isShared() }), "/register"));

async function offerAccount() {
  const { label, email, username, firstName, lastName } = await get("/signin/proof");
  find("#who").textContent = gettext("You signed in with {provider}. You don’t have an account here yet, and you don’t need a password.", { provider: label });
  Object.entries({ email, username, firstName, lastName }).forEach(([name, value]) => (form.elements[name].value = value ?? ""));
  showPart("new");
}

const SENTENCES = {
  cancelled: () => gettext("You canceled the sign-in."),
  expired: () => gettext("That took too long, or was already used. Start again."),
};

if (problem) showFailure((SENTENCES[problem] ?? (() => gettext("We couldn’t sign you in there. Try again, or choose another way.")))());
else if (isLinking) location.replace(`${base}/account?link=provider`);
else {
  try {
    leave(await send("POST", "/signin/proof", { sharedDevice: isShared() }));
  } catch (error) {
    if (error.code === "second_factor_required") showPart("second-step");
    else if (error.code === "sign_up_required") await offerAccount().catch((failure) => showFailure(sentence(failure)));
    else showFailure(sentence(error));
  }
}
