import { find, onSubmit, show } from "./page";
import { ask } from "./service";

onSubmit(find("form"), async ({ username }) => {
  await ask("POST", "/password/forgot", { username });
  show("sent");
  find("[data-part=sent]").focus();
});
