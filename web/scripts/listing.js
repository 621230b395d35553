// A list that loads one page at a time, when the user asks for more.

import { find, onPress } from "./page";
import { get } from "./service";

const PAGE_SIZE = 50;
const MAX_REQUESTS = 5;

/** Gives what begins a list, at a path and with a query.

    Each item is shown by `row`. A short page that is not the last goes on by itself, a few times;
    after that the button does. `items` names the list in the answer; `onChange` is called after
    each page, with the number of items shown, whether that is all, and the cursor to more.
*/
export function pagedList({ place, button, row, items = "items", onChange = (_shown, _whole, _cursor) => {} }) {
  let source;
  let cursor;

  async function loadMore(atLeast = PAGE_SIZE) {
    let page;
    let found = 0;
    let requests = 0;
    do {
      const query = new URLSearchParams({ ...source.query, limit: PAGE_SIZE, ...(cursor && { cursor }) });
      page = await get(`${source.path}?${query}`);
      const rows = page[items].map(row);
      if (cursor) place.append(...rows);
      else place.replaceChildren(...rows);
      ({ cursor } = page);
      found += rows.length;
      requests += 1;
    } while (cursor && found < atLeast && requests < MAX_REQUESTS + atLeast / PAGE_SIZE - 1);
    button.hidden = !cursor;
    onChange(place.children.length, !cursor, cursor);
    return page;
  }

  onPress(button, async () => {
    const shown = place.children.length;
    await loadMore();
    const first = place.children[shown];
    if (!first) return;
    // The button may be gone: the focus goes to the first item that is new.
    const control = find("a, button, summary", first);
    if (!control) first.tabIndex = -1;
    (control ?? first).focus();
  });
  return (path, query = {}, atLeast = PAGE_SIZE) => {
    source = { path, query };
    cursor = null;
    return loadMore(atLeast);
  };
}
