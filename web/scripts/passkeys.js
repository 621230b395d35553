// The account's passkeys: listed with their last use, added, and removed. Each change takes a proof of the owner.

import { announce, announceAfter, find, onPress, onSubmit } from "./page";
import { askOwner, confirmation, proofIn } from "./reauthenticate";
import { base, get, send } from "./service";
import { isShared } from "./shared-device";
import { gettext, moment } from "./texts";
import { isStaff } from "./signed-in";
import { addPasskey, hasPasskeys, signInWithPasskey } from "./webauthn";

/** Controls that part of the page; returns what tells it of changes to the account.

    `isNeeded` says that staff can go on only after they have signed in with a passkey, or another second factor; `changed`
    is called when a passkey was added or removed.
*/
export function passkeys(account, isNeeded, items, changed) {
  const section = find("#passkeys");
  if (!section.dataset.domain) return (_) => {};
  let current = account;
  section.hidden = false;
  tellAccount(account);
  const isRequired = isStaff(account) && location.hash === "#passkey-required";
  find("#passkey-required").hidden = !isRequired;
  const signIn = find("#use-passkey");
  onPress(signIn, async () => {
    await signInWithPasskey();
    location.assign(`${base}/staff`);
  });
  const add = find("#add-passkey");
  onSubmit(add, async ({ name, currentPassword, code }) => {
    const confirmed = await confirmation(proofIn(current, { currentPassword, code }));
    if (!confirmed) return;
    try {
      await addPasskey(confirmed.confirmation, name.trim() || gettext("Passkey"));
    } catch (error) {
      // The user closed the browser's dialog, or it took too long.
      if (error.name === "NotAllowedError") return announce(gettext("No passkey was added."));
      if (error.name === "InvalidStateError") return announce(gettext("This device already has a passkey for your account."));
      throw error;
    }
    add.reset();
    await announceAfter(gettext("Passkey added"), list);
  });
  showList(items);
  return tellAccount;

  /** As for an authenticator app: no passkey while the email address may be another person’s. */
  function tellAccount(told) {
    current = told;
    const isUnverified = Boolean(told.email) && !told.emailVerified;
    const isUnsupported = !hasPasskeys(section);
    find("#passkeys-shared").hidden = !isShared();
    find("#passkeys-unverified").hidden = !isUnverified || isUnsupported || isShared();
    find("#passkeys-unsupported").hidden = !isUnsupported;
    find("#add-passkey").hidden = isUnverified || isUnsupported || isShared();
  }

  async function list() {
    const read = await get("/me/passkeys");
    showList(read.items);
    await changed();
  }

  function showList(items) {
    find("#own-passkeys").replaceChildren(...items.map(row));
    signIn.hidden = !items.length || !(isRequired || isNeeded);
  }

  function row(passkey) {
    const made = find("#own-passkey").content.cloneNode(true);
    find(".name", made).textContent = passkey.name;
    find(".when", made).textContent = passkey.lastUsedAt
      ? gettext("Last used {moment}", { moment: moment(passkey.lastUsedAt) })
      : gettext("Added {moment}, never used", { moment: moment(passkey.addedAt) });
    const button = find("button", made);
    button.setAttribute("aria-label", gettext("Remove {name}", { name: passkey.name }));
    onPress(button, () => remove(passkey));
    return made;
  }

  async function remove({ id, name }) {
    const question = gettext("Remove the passkey “{name}”? You’ll no longer sign in with it.", { name });
    const confirmed = await confirmation(askOwner(current, { question, yes: gettext("Remove"), danger: true }));
    if (!confirmed) return;
    await send("POST", `/me/passkeys/${id}/remove`, { confirmation: confirmed.confirmation });
    await announceAfter(gettext("Passkey removed. Delete it from your device, too."), list);
  }
}
