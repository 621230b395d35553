// Where staff are in a list of registrations: from one they go on to the next, and back to where they were.

import { keep, kept } from "./signed-in";
import { registrationUrl } from "./records";
import { base, get } from "./service";

const LIST = "list";
const PAGE_SIZE = 50;

/** Remembers a list for this tab.

    `search` is its address, `path` and `query` are its request, `entries` are its registrations, each with
    the reference if it's a draft, and `cursor` leads to more.
*/
export const rememberList = (list) => keep(LIST, list);

/** Where staff left this list for a registration: how many were shown, and which one it was; null on a first visit. */
export function takePosition() {
  const list = kept(LIST);
  if (list?.search !== location.search || list.at === undefined) return null;
  return { count: list.entries.length, at: list.at };
}

/** The addresses around a registration: of its list, and of the registrations before and after it; empty if it's unknown. */
export async function around(event, user) {
  const list = kept(LIST);
  const at = list?.event === event ? list.entries.findIndex(([id]) => id === user) : -1;
  if (at < 0) return {};
  if (at + 1 === list.entries.length && list.cursor) await readOn(list);
  keep(LIST, { ...list, at });
  const address = (entry) => entry && registrationUrl(event, ...entry);
  return { back: `${base}/staff${list.search}`, previous: address(list.entries[at - 1]), next: address(list.entries[at + 1]) };
}

/** Adds the list's next page to what is remembered. */
async function readOn(list) {
  const query = new URLSearchParams({ ...list.query, limit: String(PAGE_SIZE), cursor: list.cursor });
  const page = await get(`${list.path}?${query}`);
  list.entries.push(...page.items.map(({ userId, status, reference }) => [userId, status === "Draft" ? reference : ""]));
  list.cursor = page.cursor;
}
