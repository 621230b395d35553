import { spend, token, turnTo } from "./fragment";
import { find, onSubmit, show } from "./page";

show(token ? "confirm" : "broken");

// A press, not the mere opening: programs that look into mail open links, too.
onSubmit(find("form"), async () => {
  const account = await spend("/email/verify");
  if (!account) return;
  find("#verified").textContent = account.email;
  turnTo("done");
});
