// Downloads a spreadsheet from the service: a short list in parts that the page joins, a long one as a file.

import { download } from "./download";
import { setUpExports, startExport } from "./exports";
import { announce, find, onPress } from "./page";
import { fetchFrom, NetworkError } from "./service";
import { gettext, ngettext } from "./texts";

// Excel recognizes UTF-8 by this mark. Each part starts with it, and reading a part as text removes it.
const BYTE_ORDER_MARK = "\ufeff";
const ROW_END = "\r\n";
// Of 500 rows each. A longer list becomes a file that the service prepares.
const MOST_PARTS = 10;

/** Reads all parts, each after the link of the one before; `tell` is told how many rows there are.

    Returns null if there are more than the page joins.
*/
async function downloadAllParts(path, query, tell) {
  const parts = [BYTE_ORDER_MARK];
  let rows = 0;
  let next = `?${new URLSearchParams(query)}`;
  while (next) {
    if (parts.length > MOST_PARTS) return null;
    const response = await fetchFrom(path + next);
    const text = await response.text().catch(() => {
      throw new NetworkError(); // it broke off on the way
    });
    // Every part begins with the header, which the file has once.
    const below = text.indexOf(ROW_END) + ROW_END.length;
    parts.push(parts.length > 1 ? text.slice(below) : text);
    rows += text.slice(below).split(ROW_END).length - 1;
    tell(rows);
    next = response.headers.get("Link")?.match(/<(\?[^>]*)>; rel="next"/)?.[1];
  }
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

// An office's own choices, remembered in its browser. They say nothing about anyone's registration.
const STORAGE_KEY = "breeze-lakes-point/sheet";
const controls = { separator: find("#separator"), language: find("#sheet-language") };
const storedFormat = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
for (const [name, control] of Object.entries(controls)) {
  const options = [...control.options].map((option) => option.value);
  const usual = name === "language" ? document.documentElement.lang : options[0];
  control.value = options.includes(storedFormat[name]) ? storedFormat[name] : usual;
  control.addEventListener("change", () => localStorage.setItem(STORAGE_KEY, JSON.stringify(spreadsheetFormat())));
}

/** Returns the file format options in the service's terms. */
function spreadsheetFormat() {
  return Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value]));
}

/** Has the button download a list of registrations. */
export function setUpDownload({ event, path, query }) {
  setUpExports(event);
  const button = find("#sheet");
  onPress(button, async () => {
    const idle = button.textContent;
    try {
      button.textContent = gettext("Preparing download…");
      const wanted = { ...query, ...spreadsheetFormat() };
      const file = await downloadAllParts(`${path}.csv`, wanted, (count) => {
        button.textContent = ngettext("Preparing download… {count} row", "Preparing download… {count} rows", count);
      });
      if (!file) {
        await startExport(wanted);
        return;
      }
      download(file, `registrations-${event.id}.csv`);
      announce(gettext("Download complete"));
    } finally {
      button.textContent = idle;
    }
  });
}
