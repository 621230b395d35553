// An event's registrations, counted.

import { requireStaff, withRetry } from "./signed-in";
import { find, findAll, sentence, showProblems } from "./page";
import { showSpots } from "./places";
import { get } from "./service";
import { gettext, ngettext } from "./texts";
import { chooseEvent, fillFormFromQuery } from "./list-query";

await requireStaff();
const form = find("#list-query");
const event = await chooseEvent(find("#event"));
const { event: _, ...query } = fillFormFromQuery(form);

function showCounts(summary) {
  const total = Object.values(summary.byStatus).reduce((sum, count) => sum + count, 0);
  find("#total").textContent = ngettext("{count} registration, drafts included", "{count} registrations, drafts included", total);
  for (const table of findAll("[data-counts]")) {
    const counts = summary[table.dataset.counts];
    const most = Math.max(1, ...Object.values(counts));
    for (const row of findAll("[data-choice]", table)) {
      const count = counts[row.dataset.choice] ?? 0;
      find(".number", row).textContent = count;
      if ("former" in row.dataset) row.hidden = !count;
      find(".length", row).style.width = `${(100 * count) / most}%`;
    }
  }
  find("#counts").hidden = false;
}

if (event) {
  showSpots(find("#spots"), event.id);
  try {
    showCounts(await withRetry(() => get(`/admin/events/${event.id}/summary?${new URLSearchParams(query)}`)));
  } catch (error) {
    find("#total").textContent = sentence(error);
    showProblems(form, error);
  }
} else {
  find("#total").textContent = gettext("No events yet");
  form.hidden = true;
}
