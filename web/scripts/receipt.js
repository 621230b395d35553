// The receipt of a submitted registration.

import { calendarEntry } from "./icalendar";
import { download } from "./download";
import { answerList } from "./fields";
import { showOffer } from "./offers";
import { announce, choose, find, findAll, onPress, show } from "./page";
import { qrCode } from "./qr-code";
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
  find("#code").replaceChildren(qrCode(record.reference, gettext("QR code of your reference number")));
  showOffice();
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

/** The texts of the event, in this page's language where they are. */
function eventText(name) {
  const own = state.event.texts.filter(({ language }) => language === document.documentElement.lang);
  return [...own, ...state.event.texts].map((texts) => texts[name]).find(Boolean) ?? "";
}

function showOffice() {
  for (const place of findAll("#office [data-text]")) {
    place.textContent = eventText(place.dataset.text);
    place.parentElement.hidden = !place.textContent;
  }
}

function goToTop() {
  find("#content").focus();
  scrollTo(0, 0);
}

onPress(find("#calendar"), async () => {
  const { event, record } = state;
  const { reference } = record;
  const description = gettext("Reference number {reference}", { reference });
  const entry = calendarEntry(event, { reference, place: eventText("address"), description });
  download(new Blob([entry], { type: "text/calendar" }), `${event.id}.ics`);
});
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
