// The receipt of a submitted registration.

import { answerList } from "./fields";
import { showOffer } from "./offers";
import { announce, choose, find, onPress, show } from "./page";
import { editableFields, form, path, screens, state } from "./registration";
import { stopSaving } from "./saving";
import { send } from "./service";
import { signatureText, showStatus, statusText } from "./statuses";
import { gettext, momentOf, pgettext } from "./texts";

/** Shows the receipt in place of the form. */
export function showReceipt() {
  stopSaving();
  state.editing = false;
  const { record, event } = state;
  const { status } = record;
  showStatus(find("#status"), status);
  find("#reference").textContent = record.reference;
  find("#explained").textContent = statusText(record, event);
  showOffer(find("#offer"), record, event, (now) => {
    state.record = now;
    showReceipt();
  });
  find("#submitted-at").textContent = record.submittedAt ? gettext("Submitted {moment}", { moment: momentOf(event, record.submittedAt) }) : "";
  find("#signed").textContent = signatureText(record, event);
  find("#answers").replaceChildren(...answerList(form, record.form));
  const what = editableFields();
  find("#edit").hidden = what === "nothing";
  if (what === "contact") find("#edit").textContent = gettext("Edit contact information");
  else find("#edit").textContent = status === "Withdrawn" ? gettext("Edit and submit again") : gettext("Edit my answers");
  find("#withdraw").hidden = !find("#withdraw").dataset.from.split(" ").includes(status);
  show("receipt");
  goToTop();
}

function goToTop() {
  find("#content").focus();
  scrollTo(0, 0);
}

find("#print").addEventListener("click", () => print());
onPress(find("#edit"), async () => {
  screens.form(null);
  goToTop();
});
onPress(find("#withdraw"), async () => {
  const question = { question: gettext("Withdraw your registration? You may lose your spot. You can submit again while registration is open."), yes: pgettext("confirm", "Withdraw registration"), no: gettext("Keep registration"), danger: true };
  if (!(await choose(question))) return;
  state.record = await send("POST", `${path}/withdraw`, {});
  showReceipt();
  announce(gettext("Registration withdrawn"));
});
