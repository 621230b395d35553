// The accounts elsewhere with which the user can sign in: lists, adds, and removes them.

import { announce, find, findAll, onPress, onSubmit } from "./page";
import { askOwner, owner, proofIn } from "./reauthenticate";
import { showProviders } from "./providers";
import { get, send } from "./service";
import { showMethods } from "./sign-in-methods";
import { gettext, moment } from "./texts";

const form = find("#link");

/** Controls that part of the page. Without providers and linked accounts, it stays hidden. */
export async function linkedIdentities(account, listed) {
  const providers = find("#providers");
  showList(listed, account);
  showProviders(providers, "link", "");
  find("#other-accounts").hidden = providers.hidden && !find("#identities").children.length;
  if (new URLSearchParams(location.search).get("link") === "provider") await offerLink();

  onSubmit(form, async (given) => {
    const proof = await proofIn(account, given);
    if (!proof) return;
    showList(await send("POST", "/me/identities", proof), account);
    form.reset();
    form.hidden = true;
    announce(gettext("You can now sign in this way."));
  });
}

/** Shows the account that the user has just signed in to elsewhere; nothing if that is too long ago. */
async function offerLink() {
  history.replaceState(null, "", location.pathname);
  const proof = await get("/signin/proof").catch(() => null);
  if (proof?.purpose !== "link") {
    announce(gettext("That took too long, or was already used. Start again."));
    return;
  }
  find("#link-who").textContent = gettext("Do you want to sign in here with {account}?", { account: [proof.label, proof.email].filter(Boolean).join(" · ") });
  form.hidden = false;
  find("#link-password").focus();
}

/** Shows the list, and what depends on whether there is a password. */
export function showList({ items, hasPassword, lastUses }, account) {
  showMethods(account, hasPassword, lastUses);
  find("#no-password").hidden = owner.hasPassword = hasPassword;
  find("#change-password").hidden = !hasPassword;
  find("#remove-password").hidden = !account.signInMethods.some((method) => method !== "password");
  // Without a password, a question takes its place when the form is sent.
  for (const proof of findAll(".owner-proof")) proof.hidden = !hasPassword;
  find("#identities").replaceChildren(...items.map((identity) => row(identity, account)));
}

function row(identity, account) {
  const made = find("#identity").content.cloneNode(true);
  find(".label", made).textContent = identity.label;
  find(".email", made).textContent = identity.email ?? "";
  find(".when", made).textContent = gettext("Last used {moment}", { moment: moment(identity.lastUsedAt) });
  onPress(find("button", made), async () => {
    const question = gettext("Remove {account}? You’ll no longer sign in with it.", { account: identity.label });
    const proof = await askOwner(account, { question, yes: gettext("Remove"), danger: true });
    if (!proof) return;
    await send("POST", `/me/identities/${identity.id}/unlink`, proof);
    showList(await get("/me/identities"), account);
    announce(gettext("Removed"));
  });
  return made;
}
