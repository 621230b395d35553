// Registrations per day: a bar for each day, and a table that says the same.

import { find, make } from "./page";
import { day } from "./texts";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40; // of the chart, where a day is 1 wide
const GAP = 0.2;
const MILLISECONDS = 86_400_000; // of a day

/** Shows counts by date. Days without a registration are gaps in the chart, and not in the table. */
export function showDays(byDate, number) {
  const dates = Object.keys(byDate).sort();
  find("#days").hidden = !dates.length;
  if (!dates.length) return;
  const [first, last] = [dates[0], dates.at(-1)];
  const most = Math.max(...Object.values(byDate));
  const bars = dates.map((date) => bar(daysBetween(first, date), byDate[date] / most));
  const chart = find("#days svg");
  chart.setAttribute("viewBox", `0 0 ${daysBetween(first, last) + 1} ${HEIGHT}`);
  chart.replaceChildren(...bars);
  find("#most-a-day").textContent = number(most);
  find("#first-day").textContent = day(first);
  find("#last-day").textContent = first === last ? "" : day(last);
  const row = (date) => make("tr", {}, make("th", { scope: "row" }, day(date)), make("td", { class: "number" }, number(byDate[date])));
  find("#days tbody").replaceChildren(...dates.map(row));
}

const daysBetween = (first, date) => Math.round((Date.parse(date) - Date.parse(first)) / MILLISECONDS);

function bar(x, share) {
  const height = HEIGHT * share;
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y: HEIGHT - height, width: 1 - GAP, height })) rect.setAttribute(name, String(value));
  return rect;
}
