// An event's registrations: staff search them, change their status, and download them as a spreadsheet.

import { restoreInput } from "./preserve-input";
import { requireStaff, withRetry } from "./signed-in";
import { pagedList } from "./listing";
import { confirmMove, enableMoveButtons } from "./moves";
import { announce, download, find, findAll, make, onPress, onSubmit, sentence, showProblems } from "./page";
import { asked } from "./page-query";
import { showSpots } from "./places";
import { printSheets } from "./print";
import { personName, registrationUrl } from "./records";
import { send } from "./service";
import { spreadsheetFormat, downloadAllParts } from "./sheet";
import { showStatus } from "./statuses";
import { gettext, momentOf, ngettext, phone, word } from "./texts";
import { chooseEvent, fillFormFromQuery } from "./list-query";

const MAX_MOVES = 100;

const form = find("#list-query");
const bulk = find("#bulk");
const rows = find("#list tbody");
const records = new Map();

await requireStaff();
const event = await chooseEvent(find("#event"));
const path = `/admin/events/${event?.id}/registrations`;
const query = readFilters();
restoreInput(form, bulk);
const list = pagedList({ place: rows, button: find("#more"), row, onChange: showCount });
const loadList = () => list(path, query);

/** Fills the form from the address; returns the query for the service. */
function readFilters() {
  // Addresses of earlier versions name what they look for: one field recognizes all of it now.
  for (const name of ["lastName", "phone", "reference"]) {
    if (asked.has(name)) asked.set("q", asked.get(name));
    asked.delete(name);
  }
  if (asked.get("sort") === "-submittedAt") asked.delete("sort"); // what they are sorted by anyway
  const { event: _, ...wanted } = fillFormFromQuery(form);
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
  const name = personName(record);
  const box = find("input", made);
  box.value = record.userId;
  box.setAttribute("aria-label", gettext("Select {name}", { name }));
  const link = find("a", made);
  link.textContent = name;
  const isDraft = record.status === "Draft";
  link.href = registrationUrl(record.eventId, record.userId, isDraft ? record.reference : undefined);
  find(".hint", made).textContent = record.username;
  showStatus(find(".status", made), record.status);
  find(".reference", made).textContent = record.reference;
  find(".phone", made).textContent = phone(record.form.phone1 ?? "");
  find(".shifts", made).textContent = (record.form.shifts ?? []).map(word).join(", ");
  find(".filed", made).textContent = momentOf(event, record.submittedAt ?? record.createdAt);
  return made;
}

function showCount(count, isAll) {
  find("#list").hidden = !count;
  find("#sheet").hidden = !count && isAll;
  if (!count && isAll) find("#found").textContent = gettext("No registrations match. Check the spelling, or clear the search and filters.");
  else find("#found").textContent = isAll ? ngettext("{count} registration", "{count} registrations", count) : ngettext("Showing the first {count}. There are more.", "Showing the first {count}. There are more.", count);
  showSelection();
}

// Several at once.

const selected = () => findAll("input:checked", rows).map((box) => records.get(box.value));

function showSelection() {
  const found = selected();
  find("#all").checked = found.length > 0 && found.length === rows.children.length;
  bulk.hidden = !found.length;
  find("#chosen").textContent = ngettext("{count} selected", "{count} selected", found.length);
  find("#nowhere").hidden = enableMoveButtons(bulk, found.map((record) => record.status));
}

find("#print").addEventListener("click", () => print());
printSheets({ chosen: selected, form: find("#fields").content, eventOf: () => event });

rows.addEventListener("change", () => {
  announce(""); // the message would cover the buttons
  showSelection();
});
find("#all").addEventListener("change", () => {
  for (const box of findAll("input", rows)) box.checked = find("#all").checked;
  showSelection();
});

onSubmit(bulk, async ({ note }, button) => {
  const some = selected();
  const items = some.map(({ userId, version }) => ({ userId, version }));
  const status = button.value;
  const who = ngettext("{count} registration", "{count} registrations", items.length);
  if (!(await confirmMove(status, who))) return;
  find("#failed").hidden = true;
  const moved = [];
  try {
    while (moved.length < items.length) {
      const part = items.slice(moved.length, moved.length + MAX_MOVES);
      moved.push(...(await send("POST", `${path}/status`, { status, items: part, note })).items);
    }
  } finally {
    if (moved.length) await showMoveResults(moved);
  }
});

/** Shows each registration's result in its row, so that staff keep their position in the list.

    What was not moved stays selected, with the note, to be tried again.
*/
async function showMoveResults(moved) {
  const failed = moved.filter((one) => one.error);
  for (const { userId, version, status } of moved.filter((one) => !one.error)) {
    update({ ...records.get(userId), version, status });
  }
  const stale = failed.filter(({ code }) => code === "stale_version");
  for (const { userId } of stale) update(await send("GET", `${path}/${userId}`), true);
  showFailedMoves(failed);
  if (!failed.length) bulk.reset();
  showSelection();
  announce(ngettext("{count} registration updated", "{count} registrations updated", moved.length - failed.length));
  (failed.length ? find("#failed") : find("#found")).focus({ preventScroll: true });
}

/** Shows a registration as it is now, in its row. */
function update(record, isChosen = false) {
  const box = find(`input[value="${CSS.escape(record.userId)}"]`, rows);
  const made = row(record);
  find("input", made).checked = isChosen;
  box.closest("tr").replaceWith(made);
}

function showFailedMoves(failed) {
  const count = failed.length;
  const place = find("#failed");
  place.hidden = !count;
  find("p", place).textContent = ngettext("{count} registration couldn’t be updated. It’s still selected:", "{count} registrations couldn’t be updated. They’re still selected:", count);
  find("ul", place).replaceChildren(...failed.map(({ userId, error }) => {
    const link = make("a", { href: registrationUrl(event.id, userId) }, personName(records.get(userId)));
    return make("li", {}, link, `: ${error}`);
  }));
}

/** Says how many drafts there are: that is all of them that staff see without their references. */
async function showDraftCount() {
  const { byStatus } = await send("GET", `/admin/events/${event.id}/summary`);
  const count = byStatus.Draft ?? 0;
  find("#drafts").hidden = !count;
  find("#drafts").textContent = ngettext("{count} draft not submitted yet. Staff can open it only with its reference number.", "{count} drafts not submitted yet. Staff can open one only with its reference number.", count);
}

onPress(find("#sheet"), async () => {
  const button = find("#sheet");
  const idle = button.textContent;
  try {
    button.textContent = gettext("Preparing download…");
    const file = await downloadAllParts(`${path}.csv`, { ...query, ...spreadsheetFormat() }, (count) => {
      button.textContent = ngettext("Preparing download… {count} row", "Preparing download… {count} rows", count);
    });
    download(file, `registrations-${event.id}.csv`);
    announce(gettext("Download complete"));
  } finally {
    button.textContent = idle;
  }
});

if (event) {
  showSpots(find("#spots"), event.id);
  try {
    await withRetry(loadList);
    showDraftCount().catch(() => {}); // the list is there without it
  } catch (error) {
    find("#found").textContent = sentence(error);
    find("#sheet").hidden = true;
    showProblems(form, error);
  }
} else {
  find("#found").textContent = gettext("No events yet");
  form.hidden = true;
  find("#sheet").hidden = true;
}
