import { requireToken, redeemToken, showPart } from "./url-token";
import { find, onSubmit } from "./page";
import { showAdvice, setUpSuggestion } from "./password";

const form = find("#choose");
const { newPassword } = form.elements;

showAdvice(newPassword);
setUpSuggestion(find("#suggest"), newPassword);
requireToken("choose");

onSubmit(form, async () => {
  if (await redeemToken("/password/reset", { newPassword: newPassword.value })) showPart("done");
});
