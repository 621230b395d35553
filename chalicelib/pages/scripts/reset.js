import { begin, spend, turnTo } from "./fragment";
import { find, onSubmit } from "./page";
import { advise, suggest } from "./password";

const form = find("#choose");
const { newPassword } = form.elements;

advise(newPassword);
suggest(find("#suggest"), newPassword);
begin("choose");

onSubmit(form, async () => {
  if (await spend("/password/reset", { newPassword: newPassword.value })) turnTo("done");
});
