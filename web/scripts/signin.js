import { restoreInput } from "./preserve-input";
import { find, onSubmit } from "./page";
import { redirectAfterSignIn, next } from "./public";
import { showProviders } from "./providers";
import { base, send } from "./service";
import "./password";

const form = find("form");
const { code } = form.elements;
find("#to-verify").hidden = next !== "/verify";

onSubmit(form, async ({ username, password }, button) => {
  if (button?.value === "email") {
    await send("POST", "/signin/email", { username });
    // A page of its own: phones reload a tab when the user comes back from their mail.
    location.assign(`${base}/signin/email${location.search}${location.hash}`);
    return;
  }
  let account;
  try {
    account = await send("POST", "/signin", { username, password, code: code.value });
  } catch (error) {
    if (error.code === "second_factor_required") {
      find("#second-factor").hidden = false;
      code.focus();
      return;
    }
    if (error.code === "incorrect_code") error.fields = { code: error.message };
    throw error;
  }
  // Staff go on to their list, even if the home page has sent them here.
  redirectAfterSignIn(account, account.permissions.length ? "/staff" : "/");
});
showProviders(find("#providers"), "signIn", next);
const query = new URLSearchParams(location.search);
find("#several-sessions").hidden = query.get("problem") !== "sessions";
for (const said of ["out", "ended"]) find(`#signed-${said}`).hidden = query.get("said") !== said;
restoreInput(form);
