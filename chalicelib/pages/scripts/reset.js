import { spend, token, turnTo } from "./fragment";
import { find, onSubmit, show } from "./page";
import { advise, suggest } from "./password";

const form = find("form");
const { newPassword } = form.elements;

advise(newPassword);
suggest(find("#suggest"), newPassword);
show(token ? "choose" : "broken");

onSubmit(form, async () => {
  if (await spend("/password/reset", { newPassword: newPassword.value })) turnTo("done");
});
