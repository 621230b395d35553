import { carryOver } from "./carried";
import { find, onSubmit } from "./page";
import { goOn, next } from "./outside";
import { ask } from "./service";
import "./password";

const form = find("form");
const { code } = form.elements;
find("#to-verify").hidden = next !== "/verify";

onSubmit(form, async ({ username, password }) => {
  let account;
  try {
    account = await ask("POST", "/signin", { username, password, code: code.value });
  } catch (error) {
    if (error.code === "second_factor_required") {
      find("#second-factor").hidden = false;
      code.focus();
      return;
    }
    if (error.code === "incorrect_code") error.fields = { code: error.message };
    throw error;
  }
  goOn(account);
});
const problem = new URLSearchParams(location.search).get("problem");
find("#several-sessions").hidden = problem !== "sessions";
carryOver(form);
