// Registrations on paper: a sheet for each, as the office files and signs it.

import { answerList } from "./fields";
import { find, make } from "./page";
import { personName } from "./records";
import { gettext, momentOf, word } from "./texts";

/** Has printing print sheets, and the page itself only where there is nothing on them.

    `chosen` gives the records, `form` has their fields, `eventOf` gives the event, and `more` what
    else is printed of a record.
*/
export function printSheets({ chosen, form, eventOf, more = (_record) => [] }) {
  const place = find("#sheets");
  const sheet = (record) => make("article", { class: "sheet" }, ...head(record), make("dl", {}, ...answerList(form, record.form)), ...signature(), ...more(record));

  function head(record) {
    const { reference, status, submittedAt, username } = record;
    const said = [
      gettext("Reference number {reference}", { reference }),
      word(status),
      ...(submittedAt ? [gettext("Submitted {moment}", { moment: momentOf(eventOf(), submittedAt) })] : []),
      `${gettext("Username")}: ${username}`,
    ];
    return [make("p", { class: "of-event" }, eventOf().name), make("h2", {}, personName(record)), make("p", {}, said.join(" · "))];
  }

  addEventListener("beforeprint", () => place.replaceChildren(...chosen().map(sheet)));
  addEventListener("afterprint", () => place.replaceChildren());
}

const signature = () => [make("p", { class: "signature" }, gettext("Signature")), make("p", { class: "signature" }, gettext("Date"))];
