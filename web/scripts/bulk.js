// Several registrations of a list at once: staff select them, change their status, and print them.

import { focusRow } from "./list-keys";
import { hold } from "./held";
import { confirmMove, enableMoveButtons, SILENT } from "./moves";
import { announce, find, findAll, make, onSubmit } from "./page";
import { printSheets } from "./print";
import { personName, registrationUrl } from "./records";
import { send } from "./service";
import { ngettext } from "./texts";

const MAX_MOVES = 100;

/** Has staff select rows of a list; returns what to call when there are other rows. */
export function setUpBulk({ event, path, rows, records, row, countMove }) {
  const bulk = find("#bulk");
  let latest = null; // the box that was pressed last, from which Shift selects

  const boxes = () => findAll("input", rows);
  const selected = () => findAll("input:checked", rows).map((box) => records.get(box.value));

  function showSelection() {
    const found = selected();
    find("#all").checked = found.length > 0 && found.length === rows.children.length;
    bulk.hidden = !found.length;
    find("#chosen").textContent = ngettext("{count} selected", "{count} selected", found.length);
    find("#nowhere").hidden = enableMoveButtons(bulk, found.map((record) => record.status));
  }

  function select(some, isChosen) {
    for (const box of some) box.checked = isChosen;
    showSelection();
  }

  rows.addEventListener("click", ({ target, shiftKey }) => {
    if (!target.matches("input")) return;
    announce(""); // the message would cover the buttons
    const all = boxes();
    const ends = [all.indexOf(latest), all.indexOf(target)].sort((one, other) => one - other);
    latest = target;
    if (shiftKey && ends[0] >= 0) select(all.slice(ends[0], ends[1] + 1), target.checked);
  });
  rows.addEventListener("change", showSelection);
  find("#all").addEventListener("change", () => select(boxes(), find("#all").checked));
  find("#clear").addEventListener("click", () => {
    select(boxes(), false);
    focusRow();
  });
  find("#print").addEventListener("click", () => print());
  printSheets({ chosen: selected, form: find("#fields").content, eventOf: () => event });

  onSubmit(bulk, async ({ note }, button) => {
    const items = selected().map(({ userId, version }) => ({ userId, version }));
    const status = button.value;
    const who = ngettext("{count} registration", "{count} registrations", items.length);
    if (!(await confirmMove(status, who, bulk))) return;
    const move = () => moveAll(items, status, note);
    const done = await (SILENT.includes(status) ? move() : hold(find("#held"), who, status, move));
    if (done === null) button.focus();
  });

  /** Gives whether all were moved. */
  async function moveAll(items, status, note) {
    find("#failed").hidden = true;
    const moved = [];
    try {
      while (moved.length < items.length) {
        const part = items.slice(moved.length, moved.length + MAX_MOVES);
        moved.push(...(await send("POST", `${path}/status`, { status, items: part, note }, { keepalive: true })).items);
      }
    } finally {
      if (moved.length) await showMoveResults(moved);
    }
    return moved.every((one) => !one.error);
  }

  /** Shows each registration's result in its row, so that staff keep their position in the list.

      What was not moved stays selected, with the note, to be tried again.
  */
  async function showMoveResults(moved) {
    const failed = moved.filter((one) => one.error);
    for (const { userId, version, status } of moved.filter((one) => !one.error)) {
      const before = records.get(userId);
      countMove(before.status, status);
      update({ ...before, version, status });
    }
    const stale = failed.filter(({ code }) => code === "stale_version");
    for (const { userId } of stale) update(await send("GET", `${path}/${userId}`), true);
    showFailedMoves(failed);
    if (!failed.length) bulk.reset();
    showSelection();
    announce(ngettext("{count} registration updated", "{count} registrations updated", moved.length - failed.length));
    if (failed.length) find("#failed").focus({ preventScroll: true });
    else focusRow(rowOf(moved[0].userId));
  }

  const rowOf = (userId) => find(`input[value="${CSS.escape(userId)}"]`, rows).closest("tr");

  /** Shows a registration as it is now, in its row. */
  function update(record, isChosen = false) {
    const made = row(record);
    find("input", made).checked = isChosen;
    rowOf(record.userId).replaceWith(made);
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

  showSelection();
  return showSelection;
}
