import { restoreInput } from "./preserve-input";
import { announce, find, onPress, onSubmit, showProblems } from "./page";
import { redirectAfterSignIn, next } from "./public";
import { showProviders } from "./providers";
import { isShared } from "./shared-device";
import { askWhetherShared } from "./shared-device-box";
import { base, send } from "./service";
import { gettext } from "./texts";
import { canAutofill, hasPasskeys, signInWithPasskey } from "./webauthn";
import "./password";

const form = find("form");
const { code } = form.elements;
askWhetherShared(form);
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
    account = await send("POST", "/signin", { username, password, code: code.value, sharedDevice: isShared() });
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

// Passkeys: in the list of the username’s field, where the browser has one, and with a button.
const passkey = find("#passkey");
const { username } = form.elements;
let waiting = new AbortController();

/** Signs in with a passkey; a failure is the button’s to show. */
async function usePasskey(options) {
  waiting.abort();
  waiting = new AbortController();
  const account = await signInWithPasskey({ ...options, signal: waiting.signal });
  redirectAfterSignIn(account, account.permissions.length ? "/staff" : "/");
}

/** Offers passkeys in the field’s list until another way is taken. The challenge lasts ten minutes. */
async function offerInField() {
  try {
    await usePasskey({ mediation: "conditional" });
  } catch (error) {
    if (error.code === "incorrect_passkey") showProblems(form, error);
  }
}

if (hasPasskeys(passkey)) {
  passkey.hidden = false;
  onPress(find("button", passkey), async () => {
    try {
      await usePasskey({});
    } catch (error) {
      // The user closed the browser’s dialog, or has no passkey here.
      if (error.name !== "NotAllowedError") throw error;
      announce(gettext("No passkey was used. Sign in another way."));
    }
  });
  // Only when it is needed: most people never touch a passkey.
  username.addEventListener("focus", async () => (await canAutofill()) && offerInField(), { once: true });
}

const query = new URLSearchParams(location.search);
find("#several-sessions").hidden = query.get("problem") !== "sessions";
for (const said of ["out", "ended"]) find(`#signed-${said}`).hidden = query.get("said") !== said;
find("#input-kept").hidden = isShared();
restoreInput(form);
