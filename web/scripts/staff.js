// An event's registrations: staff search, filter, and sort them, and open one.

import { restoreInput } from "./preserve-input";
import { requireStaff, withRetry } from "./signed-in";
import { pagedList } from "./listing";
import { activate, focusRow, focusSearch, setUpKeys } from "./list-keys";
import { rememberList, takePosition } from "./list-position";
import { find, findAll, sentence, showProblems } from "./page";
import { asked } from "./page-query";
import { showSpots } from "./places";
import { personName, registrationUrl } from "./records";
import { get } from "./service";
import { showStatus } from "./statuses";
import { gettext, locale, momentOf, ngettext, pgettext, phone, shortMomentOf, word } from "./texts";
import { chooseEvent, fillFormFromQuery } from "./list-query";

const form = find("#list-query");
const search = find("#q");
const rows = find("#list tbody");
const records = new Map();

await requireStaff();
const event = await chooseEvent(find("#event"));
const path = `/admin/events/${event?.id}/registrations`;
const query = readFilters();
const position = takePosition();
restoreInput(form, find("#bulk"));
const list = pagedList({ place: rows, button: find("#more"), row, onChange: showCount });
const listed = { event, path, query, rows, records, row, countMove };
let onRows = () => {}; // what selecting several has to know of the rows

/** This page's address with some parameters changed; an empty value leaves one out. */
function addressWith(changes) {
  const next = new URLSearchParams(asked);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return `?${next}`;
}

/** Fills the form from the address; returns the query for the service. */
function readFilters() {
  // Addresses of earlier versions name what they look for: one field recognizes all of it now.
  for (const name of ["lastName", "phone", "reference"]) {
    if (asked.has(name)) asked.set("q", asked.get(name));
    asked.delete(name);
  }
  if (asked.get("sort") === "-submittedAt") asked.delete("sort"); // what they are sorted by anyway
  const { event: _, ...wanted } = fillFormFromQuery(form);
  const filters = findAll("#choices select").filter((one) => one.value);
  const named = filters.map((one) => one.selectedOptions[0].textContent).join(", ");
  find("#filtered").textContent = named;
  find("#everything").hidden = !wanted.q && !filters.length;
  find("#everything").href = addressWith(Object.fromEntries(Object.keys(wanted).map((name) => [name, ""])));
  showTabs(wanted.status ?? "");
  showOrder(wanted.q, wanted.sort);
  find("#printed-title").textContent = [document.title.split(" · ", 2).join(" · "), wanted.status && word(wanted.status), named, wanted.q].filter(Boolean).join(" · ");
  return wanted;
}

function showTabs(status) {
  for (const tab of findAll("[data-tab]")) {
    tab.href = addressWith({ status: tab.dataset.tab });
    if (tab.dataset.tab === status) tab.setAttribute("aria-current", "page");
  }
}

/** Makes the headings links that sort. What a search finds has an order of its own. */
function showOrder(isSearch, sort = "-submittedAt") {
  if (isSearch) return;
  for (const head of findAll("[data-sort]")) {
    const orders = head.dataset.sort.split(" ");
    const at = orders.indexOf(sort);
    if (at >= 0) head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    find("a", head).href = addressWith({ sort: orders[(at + 1) % orders.length] });
  }
}

const shiftOrder = findAll("#shift option").map((option) => option.value).filter(Boolean);

/** The shifts in the form's order, however they were chosen. */
function shiftsText(shifts = []) {
  const sorted = shiftOrder.filter((shift) => shifts.includes(shift));
  return sorted.length === shiftOrder.length ? pgettext("shifts", "All") : sorted.map(word).join(", ");
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
  link.href = registrationUrl(record.eventId, record.userId, told(record));
  find(".hint", made).textContent = record.username;
  showStatus(find(".status", made), record.status);
  find(".reference", made).textContent = record.reference;
  find(".phone", made).textContent = phone(record.form.phone1 ?? "");
  find(".shifts", made).textContent = shiftsText(record.form.shifts);
  const filed = find(".filed", made);
  filed.textContent = record.submittedAt ? shortMomentOf(event, record.submittedAt) : "–";
  if (record.submittedAt) filed.title = momentOf(event, record.submittedAt);
  return made;
}

/** The reference of a draft, which opens with nothing else. */
const told = ({ status, reference }) => (status === "Draft" ? reference : "");

function showCount(count, isAll, cursor) {
  find("#list").hidden = !count;
  find("#sheet").hidden = !count && isAll;
  if (!count && isAll) find("#found").textContent = gettext("No registrations match. Check the spelling, or clear the search and filters.");
  else find("#found").textContent = isAll ? ngettext("{count} registration", "{count} registrations", count) : ngettext("Showing the first {count}. There are more.", "Showing the first {count}. There are more.", count);
  const entries = findAll("input", rows).map((box) => [box.value, told(records.get(box.value))]);
  rememberList({ event: event.id, search: location.search, path, query, entries, cursor });
  if (!rows.contains(document.activeElement)) activate(rows.firstElementChild);
  onRows();
}

// A row is a large target for its link.
rows.addEventListener("click", ({ target }) => {
  if (!target.closest("a, .mark") && !String(getSelection())) find("a", target.closest("tr")).click();
});
setUpKeys(rows, search, find("#slash"));
find("#print-list").addEventListener("click", () => print());

let byStatus = null; // how many registrations have each status; null until the service has said it

/** Shows how many registrations have each status. Staff see drafts only with their references. */
function showCounts() {
  const { Draft: drafts = 0 } = byStatus;
  const all = Object.values(byStatus).reduce((sum, count) => sum + count, 0) - drafts;
  for (const tab of findAll("[data-tab]")) {
    const status = tab.dataset.tab;
    find(".number", tab).textContent = (status ? byStatus[status] ?? 0 : all).toLocaleString(locale);
  }
  find("#drafts").hidden = !drafts;
  find("#drafts").textContent = ngettext("{count} draft not submitted yet. Staff can open it only with its reference number.", "{count} drafts not submitted yet. Staff can open one only with its reference number.", drafts);
}

async function loadCounts() {
  ({ byStatus } = await get(`/admin/events/${event.id}/summary`));
  showCounts();
}

/** Counts a change of a status that this page made. */
function countMove(from, to) {
  if (!byStatus) return;
  byStatus = { ...byStatus, [from]: (byStatus[from] ?? 0) - 1, [to]: (byStatus[to] ?? 0) + 1 };
  showCounts();
}

if (event) {
  showSpots(find("#spots"), event.id);
  // On a phone, the keyboard would cover half of the list.
  if (!position && matchMedia("(hover: hover)").matches) focusSearch(search);
  try {
    await withRetry(() => list(path, query, position?.count));
    if (position) focusRow(rows.children[Math.min(position.at, rows.children.length - 1)]);
    loadCounts().catch(() => {}); // the list is there without them
    const [{ setUpBulk }, { setUpDownload }] = await Promise.all([import("./bulk"), import("./sheet")]);
    onRows = setUpBulk(listed);
    setUpDownload(listed);
  } catch (error) {
    find("#found").textContent = sentence(error);
    find("#sheet").hidden = true;
    showProblems(form, error);
  }
} else {
  find("#found").textContent = gettext("No events yet");
  for (const part of [form, find(".tabs")]) part.hidden = true;
}
