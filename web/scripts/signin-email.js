import { find, onSubmit, show } from "./page";
import { redirectAfterSignIn } from "./public";
import { base, send } from "./service";
import { isShared } from "./shared-device";

const form = find("form");
const { emailCode, code } = form.elements;

/** Takes the code from the emailed link: it is in the URL fragment, which browsers do not send to servers.

    The user still presses the button, and the browser that did not ask for the code only shows it.
*/
function takeLinkedCode() {
  const linked = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!linked) return;
  emailCode.value = linked;
  show("link");
}

takeLinkedCode();
addEventListener("hashchange", takeLinkedCode);
find("#other-ways").href = `${base}/signin${location.search}`;

onSubmit(form, async (given) => {
  let account;
  try {
    account = await send("POST", "/signin/email/code", { emailCode: given.emailCode, code: code.value, sharedDevice: isShared() });
  } catch (error) {
    if (error.code === "second_factor_required") {
      find("#second-factor").hidden = false;
      code.focus();
      return;
    }
    if (error.code === "incorrect_email_code") error.fields = { emailCode: error.message };
    if (error.code === "incorrect_code") error.fields = { code: error.message };
    throw error;
  }
  redirectAfterSignIn(account, account.permissions.length ? "/staff" : "/");
});
