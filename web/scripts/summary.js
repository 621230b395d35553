// An event's registrations, counted: in pictures, each with a table that says the same.

import { requireStaff, withRetry } from "./signed-in";
import { find, findAll, sentence, showProblems } from "./page";
import { spotsText } from "./places";
import { get } from "./service";
import { gettext, locale, ngettext, word } from "./texts";
import { chooseEvent, fillFormFromQuery } from "./list-query";
import { showDays } from "./daily-chart";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 100; // of the bar, in units of its view box
const HEIGHT = 8;
const GAP = 0.3;

await requireStaff();
const form = find("#list-query");
const event = await chooseEvent(find("#event"));
const { event: _, ...query } = fillFormFromQuery(form);
const number = (count) => count.toLocaleString(locale);

function showCounts(summary) {
  const total = sumOf(summary.byStatus);
  find("#total").textContent = ngettext("{count} registration, drafts included", "{count} registrations, drafts included", total);
  for (const table of findAll("[data-counts]")) {
    const counts = summary[table.dataset.counts];
    const most = Math.max(1, ...Object.values(counts));
    for (const row of findAll("[data-choice]", table)) {
      const count = counts[row.dataset.choice] ?? 0;
      find(".number", row).textContent = number(count);
      if ("former" in row.dataset) row.hidden = !count;
      find(".length", row).style.width = `${(100 * count) / most}%`;
    }
  }
  showStack(summary.byStatus, total);
  showHeat(summary.byShiftAndJob);
  showDays(summary.byDate, number);
  find("#counts").hidden = false;
}

const sumOf = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Draws all statuses as one bar, in the order of the table below it. */
function showStack(byStatus, total) {
  let x = 0;
  const statuses = findAll("[data-counts=byStatus] [data-choice]").map((row) => row.dataset.choice);
  const parts = statuses.filter((status) => byStatus[status]).map((status) => {
    const part = document.createElementNS(SVG, "rect");
    const width = (WIDTH * byStatus[status]) / total;
    const place = { x, y: 0, width: Math.max(GAP, width - GAP), height: HEIGHT, "data-status": status };
    for (const [name, value] of Object.entries(place)) part.setAttribute(name, String(value));
    x += width;
    return part;
  });
  find("#stack").replaceChildren(...parts);
}

/** Colors each cell by its share of the largest one. */
function showHeat(byShiftAndJob) {
  const countOf = ({ shift, job }) => byShiftAndJob[shift]?.[job] ?? 0;
  const cells = findAll("#heat td");
  const most = Math.max(1, ...cells.map((cell) => countOf(cell.dataset)));
  for (const cell of cells) {
    const count = countOf(cell.dataset);
    cell.textContent = number(count);
    cell.style.setProperty("--heat", String(count / most));
  }
}

/** Shows the numbers that organizers ask for first. The page is as good without. */
async function showTiles({ byStatus }) {
  const places = await get(`/admin/events/${event.id}/places`);
  const { capacity, taken } = places;
  const ofAll = (count) => (capacity === null ? number(count) : gettext("{count} of {all}", { count: number(count), all: number(capacity) }));
  find("#spots").textContent = spotsText(places);
  find("#hired").textContent = ofAll(byStatus.Hired ?? 0);
  find("#taken").textContent = ofAll(taken);
  find("#waiting").textContent = number(byStatus.Waitlisted ?? 0);
  find("#tiles").hidden = false;
}

find("#print").addEventListener("click", () => print());
find("#printed-filter").textContent = query.status ? word(query.status) : "";
if (event) {
  try {
    const summary = await withRetry(() => get(`/admin/events/${event.id}/summary?${new URLSearchParams(query)}`));
    showCounts(summary);
    showTiles(summary).catch(() => {});
  } catch (error) {
    find("#total").textContent = sentence(error);
    showProblems(form, error);
  }
} else {
  find("#total").textContent = gettext("No events yet");
  form.hidden = true;
}
