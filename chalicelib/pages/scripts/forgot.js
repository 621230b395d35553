import { carryOver } from "./carried";
import { find, onSubmit, show } from "./page";
import { ask } from "./service";

const form = find("form");

onSubmit(form, async ({ username }) => {
  await ask("POST", "/password/forgot", { username });
  show("sent");
  find("[data-part=sent]").focus();
});
carryOver(form);
