// A list that loads one page at a time, when the user asks for more.

import { onPress } from "./page";
import { read } from "./service";

const AT_ONCE = 50;
const TRIES = 5;

/** Gives what begins a list, at a path and with a query.

    Each item is shown by `row`. A short page that is not the last goes on by itself, a few times;
    after that the button does. `items` names the list in the answer; `tell` is called whenever
    there is more to see, with how much is shown and whether that is all.
*/
export function listing({ place, button, row, items = "items", tell = (_shown, _whole) => {} }) {
  let asked;
  let cursor;

  async function goOn() {
    let page;
    let found = 0;
    let tries = 0;
    do {
      const query = new URLSearchParams({ ...asked.query, limit: AT_ONCE, ...(cursor && { cursor }) });
      page = await read(`${asked.path}?${query}`);
      const rows = page[items].map(row);
      if (cursor) place.append(...rows);
      else place.replaceChildren(...rows);
      ({ cursor } = page);
      found += rows.length;
      tries += 1;
    } while (cursor && found < AT_ONCE && tries < TRIES);
    button.hidden = !cursor;
    tell(place.children.length, !cursor);
    return page;
  }

  onPress(button, goOn);
  return (path, query = {}) => {
    asked = { path, query };
    cursor = null;
    return goOn();
  };
}
