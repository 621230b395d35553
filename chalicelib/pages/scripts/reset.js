import { token, used } from "./fragment";
import { find, onSubmit, show } from "./page";
import { advise, suggest } from "./password";
import { ask, Refused } from "./service";

const form = find("form");
const { newPassword } = form.elements;

advise(newPassword);
suggest(find("#suggest"), newPassword);
show(token ? "choose" : "broken");

onSubmit(form, async () => {
  try {
    await ask("POST", "/password/reset", { token, newPassword: newPassword.value });
  } catch (error) {
    if (!(error instanceof Refused) || !error.fields.token) throw error;
    show("broken");
    find("[data-part=broken]").focus();
    return;
  }
  used();
  show("done");
  find("[data-part=done]").focus();
});
