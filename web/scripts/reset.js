// Chooses a password, with the token of a link or, after #slip, with the passphrase on a printed slip.

import { fillIn, restoreInput } from "./preserve-input";
import { requireToken, redeemToken, showPart } from "./url-token";
import { find, findAll, onSubmit, show } from "./page";
import { showAdvice, setUpSuggestion } from "./password";
import { base, send } from "./service";

const form = find("#choose");
const { newPassword } = form.elements;
const hasSlip = () => location.hash === "#slip";

function showSlip() {
  for (const part of findAll("[data-with]")) part.hidden = part.dataset.with !== "slip";
  show("choose");
}

showAdvice(newPassword);
setUpSuggestion(find("#suggest"), newPassword);
requireToken("choose");
if (hasSlip()) showSlip();
restoreInput(form);
addEventListener("hashchange", () => {
  if (!hasSlip()) return;
  showSlip();
  form.elements.username.focus();
});

onSubmit(form, async ({ username: typed, passphrase }) => {
  const chosen = { newPassword: newPassword.value };
  const done = hasSlip()
    ? await send("POST", "/password/reset/passphrase", { username: typed, passphrase, ...chosen })
    : await redeemToken("/password/reset", chosen);
  if (!done) return;
  const username = done.username ?? typed;
  find("#own-username").textContent = username;
  fillIn(`${base}/signin`, { username });
  showPart("done");
});
