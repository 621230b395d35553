import { find, onSubmit } from "./page";
import { goOn } from "./outside";
import { ask } from "./service";
import "./password";

const form = find("form");

onSubmit(form, async ({ username, password }) => {
  await ask("POST", "/signin", { username, password });
  goOn();
});
