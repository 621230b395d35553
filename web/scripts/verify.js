import { requireToken, redeemToken, token, showPart } from "./url-token";
import { find, onSubmit, whenSignedOut } from "./page";
import { base, expectAccount, get } from "./service";
import { gettext } from "./texts";

whenSignedOut(signInFirst);
requireToken("confirm");

// The user must press a button: mail scanners open links too, so opening one must not verify.
onSubmit(find("#confirm"), async () => {
  const account = await redeemToken("/email/verify");
  if (!account) return;
  find("#verified").textContent = account.email;
  showPart("done");
});

// After the form has its handler: a press while this waits would send the form to the page itself.
if (token) await showSignedInAccount();

/** Names the account that is signed in, which may not be the one that the link was sent for. */
async function showSignedInAccount() {
  try {
    const account = await get("/me");
    expectAccount(account.id);
    for (const place of document.querySelectorAll(".which-account")) {
      place.textContent = gettext("You’re signed in as {username}.", { username: account.username });
    }
  } catch (error) {
    if (error.isSignedOut) signInFirst();
    // Otherwise the user sees the error when they press the button.
  }
}

/** Goes to the sign-in page and returns with the token, which stays in the URL fragment throughout. */
function signInFirst() {
  const next = new URLSearchParams({ next: "/verify" });
  location.replace(`${base}/signin?${next}#${new URLSearchParams({ token })}`);
  return true;
}
