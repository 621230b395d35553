// Tells people whose email address is not confirmed that a link was sent, and sends another one.

import { announce, find, onPress } from "./page";
import { send } from "./service";
import { gettext } from "./texts";

/** Shows or hides the notice of a page. */
export function showEmailNotice({ email, emailVerified }) {
  const notice = find("#confirm-email");
  notice.hidden = !email || emailVerified;
  find("p", notice).textContent = gettext("Confirm your email address: we sent a link to {email}. Until you open it, we can’t email you your receipt or a new password.", { email });
  onPress(find("button", notice), async () => {
    await send("POST", "/email/verification");
    announce(gettext("We sent you a link. Check your email."));
  });
}
