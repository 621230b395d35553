// Long lists as files: the service writes them in the background, and the page shows how far they are.

import { randomId } from "./compat";
import { announce, find, make, onPress, sentence } from "./page";
import { get, send } from "./service";
import { gettext, locale, moment, ngettext } from "./texts";

const PERIOD = 5000; // milliseconds
// Then a page that was left alone asks no more: each request keeps a session from becoming idle.
const MOST_CHECKS = 120;

const section = find("#exports");
const list = find("ul", section);
let path;
let timer;
let statuses = {}; // of the exports by their IDs, as they were shown last

const count = (rows) => ngettext("{count} registration", "{count} registrations", rows);

/** Says how far an export is. */
function progress({ status, rows, total, expiresAt }) {
  if (status === "ready") return gettext("{count}, available until {time}", { count: count(rows), time: moment(expiresAt) });
  if (status === "failed") return gettext("This file couldn’t be completed. Please download the list again.");
  if (status === "waiting") return gettext("Waiting to start…");
  if (total === null || rows > total) return ngettext("{count} registration so far…", "{count} registrations so far…", rows);
  return gettext("{done} of {count}…", { done: rows.toLocaleString(locale), count: count(total) });
}

function item(exported) {
  const time = moment(exported.createdAt);
  const made = make("li", {}, make("span", {}, make("strong", {}, time), ` ${progress(exported)}`));
  if (exported.status === "writing" && exported.total) {
    made.append(make("progress", { max: exported.total, value: exported.rows, "aria-label": gettext("Progress of the file from {time}", { time }) }));
  }
  if (exported.status === "ready") {
    const button = make("button", { type: "button", class: "quiet", "aria-label": gettext("Download the file from {time}", { time }) }, gettext("Download"));
    onPress(button, async () => {
      // The address works for a minute, and only now: no link in the page has it.
      const { url } = await send("POST", `${path}/${exported.id}/download`);
      location.assign(url);
    });
    made.append(button);
  }
  return made;
}

/** Shows the exports, and says which of them have ended since they were shown last. */
function showExports(items) {
  const focused = [...list.children].findIndex((one) => one.contains(document.activeElement));
  const texts = items.map(item);
  // A list that is the same stays, and with it what a screen reader or the focus is at.
  if (texts.map((one) => one.textContent).join() !== [...list.children].map((one) => one.textContent).join()) {
    list.replaceChildren(...texts);
    if (focused >= 0) find("button", list.children[Math.min(focused, list.children.length - 1)] ?? section)?.focus();
  }
  section.hidden = !items.length;
  const ended = items.filter(({ id, status }) => statuses[id] && statuses[id] !== status);
  if (ended.some(({ status }) => status === "ready")) announce(gettext("Your file is ready"));
  else if (ended.some(({ status }) => status === "failed")) announce(gettext("This file couldn’t be completed. Please download the list again."), "wrong");
  statuses = Object.fromEntries(items.map(({ id, status }) => [id, status]));
}

/** Reads the exports now, and again as long as one isn't finished. */
export async function watchExports(checks = MOST_CHECKS) {
  clearTimeout(timer);
  const { items } = await get(path);
  showExports(items);
  const isWaiting = items.some(({ status }) => status === "waiting" || status === "writing");
  if (isWaiting && checks > 1) timer = setTimeout(() => watchExports(checks - 1).catch(() => {}), PERIOD);
}

/** Prepares the section for the exports of an event. The email about a finished one links to it. */
export function setUpExports(event) {
  path = `/admin/events/${event.id}/exports`;
  const details = find("#sheet-options");
  const look = () => {
    if (details.open) watchExports().catch((error) => announce(sentence(error), "wrong"));
    else clearTimeout(timer);
  };
  details.addEventListener("toggle", look);
  // Some browsers have opened it by now, because what the address names is in it.
  if (details.open) look();
  else if (location.hash === "#exports") details.open = true;
}

let id = randomId(); // a repeated press after a lost response starts the same export

/** Starts an export of a list. */
export async function startExport(query) {
  await send("POST", `${path}?${new URLSearchParams(query)}`, { id });
  id = randomId();
  await watchExports();
  announce(gettext("This list is long, so we’re preparing a file. You can leave this page."));
}
