// An event's registrations: found, moved, and taken along as a sheet.

import { carryOver } from "./carried";
import { staffSignedIn, untilAnswered } from "./inside";
import { listing } from "./listing";
import { offerMoves } from "./moves";
import { announce, confirmed, download, find, findAll, make, onPress, onSubmit, sentence, showProblems } from "./page";
import { tellSpots } from "./places";
import { printSheets } from "./print";
import { nameOf, recordAt } from "./records";
import { ask } from "./service";
import { sheetFormat, wholeSheet } from "./sheet";
import { tellStatus } from "./statuses";
import { momentOf, phone, say, translated, word } from "./texts";
import { asked, chooseEvent, takeUp } from "./wanted";

const MOST_MOVED_AT_ONCE = 100;

const form = find("#wanted");
const bulk = find("#bulk");
const rows = find("#list tbody");
const records = new Map();

await staffSignedIn();
const event = await chooseEvent(find("#event"));
const path = `/admin/events/${event?.id}/registrations`;
const query = prepare();
carryOver(form, bulk);
const list = listing({ place: rows, button: find("#more"), row, tell });
const begin = () => list(path, query);

/** Fills the form from the address; gives what the service is asked for. */
function prepare() {
  // Addresses of earlier versions name what they look for: one field recognizes all of it now.
  for (const name of ["lastName", "phone", "reference"]) {
    if (asked.has(name)) asked.set("q", asked.get(name));
    asked.delete(name);
  }
  const { event: _, ...wanted } = takeUp(form);
  const filters = findAll("select", find("#filters")).filter((one) => one.value);
  find("#filters").open = filters.length > 0;
  find("#filtered").textContent = filters.map((one) => one.selectedOptions[0].textContent).join(", ");
  find("#everything").hidden = !Object.keys(wanted).length;
  find("#everything").href = `?${new URLSearchParams({ event: event?.id })}`;
  return wanted;
}

function row(record) {
  records.set(record.userId, record);
  const made = find("#row").content.cloneNode(true);
  const name = nameOf(record);
  const box = find("input", made);
  box.value = record.userId;
  box.setAttribute("aria-label", say("choose", { name }));
  const link = find("a", made);
  link.textContent = name;
  link.href = recordAt(record.eventId, record.userId);
  find(".hint", made).textContent = record.username;
  tellStatus(find(".status", made), record.status);
  find(".reference", made).textContent = record.reference;
  find(".phone", made).textContent = phone(record.form.phone1 ?? "");
  find(".shifts", made).textContent = (record.form.shifts ?? []).map(word).join(", ");
  find(".filed", made).textContent = momentOf(event, record.submittedAt ?? record.createdAt);
  return made;
}

function tell(count, isAll) {
  find("#list").hidden = !count;
  find("#sheet").hidden = !count && isAll;
  if (!count && isAll) find("#found").textContent = say("foundNone");
  else find("#found").textContent = isAll ? say("foundAll", { count }) : say("foundSome", { count });
  tellChosen();
}

// Several at once.

const chosen = () => findAll("input:checked", rows).map((box) => records.get(box.value));

function tellChosen() {
  const found = chosen();
  find("#all").checked = found.length > 0 && found.length === rows.children.length;
  bulk.hidden = !found.length;
  if (found.length) announce(""); // it would lie upon them
  find("#chosen").textContent = say("chosen", { count: found.length });
  const possible = offerMoves(bulk, found.map((record) => record.status));
  find(".actions", bulk).hidden = !possible;
  find("#nowhere").hidden = possible;
}

find("#print").addEventListener("click", () => print());
printSheets({ chosen, form: find("#fields").content, eventOf: () => event });

rows.addEventListener("change", tellChosen);
find("#all").addEventListener("change", () => {
  for (const box of findAll("input", rows)) box.checked = find("#all").checked;
  tellChosen();
});

onSubmit(bulk, async ({ note }, button) => {
  const items = chosen().map(({ userId, version }) => ({ userId, version }));
  const status = button.value;
  const question = say("moveSure", { count: items.length, status: word(status) });
  if (!(await confirmed(question, word(status)))) return;
  find("#failed").hidden = true;
  const moved = [];
  try {
    while (moved.length < items.length) {
      const some = items.slice(moved.length, moved.length + MOST_MOVED_AT_ONCE);
      moved.push(...(await ask("POST", `${path}/status`, { status, items: some, note })).items);
    }
    bulk.reset();
  } finally {
    if (moved.length) await tellMoved(moved);
  }
});

/** Says what came of each that was asked for, and shows where they are now. */
async function tellMoved(moved) {
  const failed = moved.filter((one) => one.error);
  announce(say("moved", { count: moved.length - failed.length }));
  const place = find("#failed");
  place.hidden = !failed.length;
  find("p", place).textContent = say("notMoved", { count: failed.length });
  find("ul", place).replaceChildren(...failed.map(({ userId, error }) => {
    const link = make("a", { href: recordAt(event.id, userId) }, nameOf(records.get(userId)));
    return make("li", {}, link, `: ${translated(error)}`);
  }));
  await untilAnswered(begin);
  if (failed.length) place.focus();
}

onPress(find("#sheet"), async () => {
  const button = find("#sheet");
  const idle = button.textContent;
  try {
    button.textContent = say("sheetBegun");
    const file = await wholeSheet(`${path}.csv`, { ...query, ...sheetFormat() }, (count) => {
      button.textContent = say("sheetRows", { count });
    });
    download(file, `registrations-${event.id}.csv`);
    announce(say("sheetDone"));
  } finally {
    button.textContent = idle;
  }
});

if (event) {
  tellSpots(find("#spots"), event.id);
  try {
    await untilAnswered(begin);
  } catch (error) {
    find("#found").textContent = sentence(error);
    find("#sheet").hidden = true;
    showProblems(form, error);
  }
} else {
  find("#found").textContent = say("noEvents");
  form.hidden = true;
  find("#sheet").hidden = true;
}
