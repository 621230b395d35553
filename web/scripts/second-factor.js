// The account's second factor: the user sets it up, sees the recovery codes once, and can remove it.

import { download } from "./download";
import { announce, find, make, onSubmit } from "./page";
import { owner } from "./reauthenticate";
import { send } from "./service";
import { gettext, ngettext } from "./texts";

const STATES = ["without", "scanning", "codes", "with"];

/** Controls that part of the page; calls `changed` when the user sets up or removes the factor.

    Returns what tells it of changes to the account.
*/
export function secondFactor(account, isRequired, changed) {
  const showState = (...states) => STATES.forEach((id) => (find(`#${id}`).hidden = !states.includes(id)));
  const rest = (isOn) => (isOn ? "with" : "without");

  find("#must-set-up").hidden = !isRequired;
  showState(rest(account.secondFactor));
  tellAccount(account);

  /** An account whose email is unverified can't have one. */
  function tellAccount({ email, emailVerified, recoveryCodesLeft }) {
    const isUnverified = Boolean(email) && !emailVerified;
    find("#verify-first").hidden = !isUnverified;
    find("#begin").hidden = isUnverified || !owner.hasPassword;
    find("#change-factor").hidden = !owner.hasPassword;
    find("#password-first").hidden = owner.hasPassword;
    tellCodesLeft(recoveryCodesLeft);
  }

  function tellCodesLeft(count) {
    find("#codes-left").textContent = ngettext("Only {count} recovery code left. Get new recovery codes.", "Recovery codes left: {count}", count);
  }

  onSubmit(find("#begin"), async ({ currentPassword }) => {
    const { secret, qrSvg } = await send("POST", "/mfa/totp", { currentPassword });
    find("#begin").reset();
    // As an image, so that no script in it can run.
    const src = URL.createObjectURL(new Blob([qrSvg], { type: "image/svg+xml" }));
    find("#qr").replaceChildren(make("img", { class: "qr", alt: gettext("QR code for the authenticator app"), src }));
    find("#secret").textContent = secret.replace(/.{4}(?=.)/g, "$& ");
    showState("scanning");
    find("#confirm-code").focus();
  });

  onSubmit(find("#confirm"), async ({ code }) => {
    const { recoveryCodes } = await send("POST", "/mfa/totp/confirm", { code });
    URL.revokeObjectURL(find("#qr img").src);
    find("#qr").replaceChildren();
    find("#secret").textContent = "";
    find("#confirm").reset();
    find("#must-set-up").hidden = true;
    showCodes(recoveryCodes);
    announce(gettext("Two-step verification is on"));
    await changed(true);
  });

  onSubmit(find("#change-factor"), async (given, button) => {
    const answer = await send("POST", `/mfa/${button.value}`, given);
    find("#change-factor").reset();
    if (answer.recoveryCodes) showCodes(answer.recoveryCodes);
    else {
      showState("without");
      announce(gettext("Two-step verification is off"));
      await changed(false);
    }
  });

  function showCodes(codes) {
    find("#recovery-codes").replaceChildren(...codes.map((code) => make("li", {}, make("code", {}, code))));
    find("#keep-codes").onclick = () =>
      download(new Blob([codes.join("\r\n")], { type: "text/plain" }), "breeze-lakes-point-recovery-codes.txt");
    tellCodesLeft(codes.length);
    showState("codes", "with");
    find("#codes").focus();
  }
  find("#print-codes").addEventListener("click", () => print());
  return tellAccount;
}
