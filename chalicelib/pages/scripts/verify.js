import { token, used } from "./fragment";
import { find, onSubmit, show } from "./page";
import { ask, Refused } from "./service";

show(token ? "confirm" : "broken");

// A press, not the mere opening: programs that look into mail open links, too.
onSubmit(find("form"), async () => {
  let account;
  try {
    account = await ask("POST", "/email/verify", { token });
  } catch (error) {
    if (!(error instanceof Refused) || !error.fields.token) throw error;
    show("broken");
    find("[data-part=broken]").focus();
    return;
  }
  used();
  find("#verified").textContent = account.email;
  show("done");
  find("[data-part=done]").focus();
});
