// A list that loads one page at a time, when the user asks for more.

import { onPress } from "./page";
import { get } from "./service";

const PAGE_SIZE = 50;
const MAX_REQUESTS = 5;

/** Gives what begins a list, at a path and with a query.

    Each item is shown by `row`. A short page that is not the last goes on by itself, a few times;
    after that the button does. `items` names the list in the answer; `onChange` is called after
    each page, with the number of items shown and whether that is all.
*/
export function pagedList({ place, button, row, items = "items", onChange = (_shown, _whole) => {} }) {
  let source;
  let cursor;

  async function loadMore() {
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
    } while (cursor && found < PAGE_SIZE && requests < MAX_REQUESTS);
    button.hidden = !cursor;
    onChange(place.children.length, !cursor);
    return page;
  }

  onPress(button, loadMore);
  return (path, query = {}) => {
    source = { path, query };
    cursor = null;
    return loadMore();
  };
}
