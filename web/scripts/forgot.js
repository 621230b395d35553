import { restoreInput } from "./preserve-input";
import { find, onSubmit, show } from "./page";
import { send } from "./service";

const form = find("form");

onSubmit(form, async ({ username }) => {
  await send("POST", "/password/forgot", { username });
  show("sent");
  find("[data-part=sent]").focus();
});
restoreInput(form);
