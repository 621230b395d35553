// The notes and the history of the registration that staff see.

import { randomId } from "./compat";
import { changeList } from "./differences";
import { pagedList } from "./listing";
import { announceAfter, find, onSubmit } from "./page";
import { at, path, place, shown, told } from "./record-state";
import { send } from "./service";
import { dropKept, keep, kept } from "./signed-in";
import { staffName } from "./statuses";
import { gettext, momentOf, word } from "./texts";

const text = find("#text");
const listedNotes = new Set(); // the identifiers of those that have been read
let begun = null; // the note in flight: until the server has it, the same text is the same note

const notes = pagedList({
  place: find("#notes"),
  button: find("#older-notes"),
  row: noteRow,
  items: "notes",
  onChange: (count) => (find("#no-notes").hidden = count > 0),
});
const changes = pagedList({ place: find("#history"), button: find("#older-history"), row: changeRow });

export const readHistory = () => changes(`${path}/history`, told);

/** Reads the newest notes; gives the registration that they belong to. */
export const readNotes = () => notes(path, told);

/** Takes up what was typed before a reload, once the notes have been read. */
export function setUpNotes() {
  text.value = kept(`${place}/text`) ?? "";
  begun = kept(`${place}/begun`);
  // If the note has come, the same text is another note.
  if (!listedNotes.has(begun?.id)) return;
  if (text.value === begun.text) empty();
  dropBegun();
}

/** Clears the input after it was sent. */
function empty() {
  text.form.reset();
  dropKept(`${place}/text`);
}

function dropBegun() {
  begun = null;
  dropKept(`${place}/begun`);
}

function noteRow({ id, author, at: time, text: written }) {
  listedNotes.add(id);
  const made = find("#one-note").content.cloneNode(true);
  find(".hint", made).textContent = gettext("{who}, {moment}", { who: staffName(author), moment: momentOf(shown.event, time) });
  find(".written", made).textContent = written;
  return made;
}

// The page stores the input as it stores the form: a session may end before sending.
text.addEventListener("input", () => {
  keep(`${place}/text`, text.value);
  // A user who clears the field has discarded that note, or seen it in the list.
  if (!text.value) dropBegun();
});

onSubmit(find("#note"), async ({ text: typed }) => {
  if (begun?.text !== typed) begun = { text: typed, id: randomId() };
  keep(`${place}/begun`, begun);
  await send("POST", at("/notes"), begun);
  dropBegun();
  empty();
  await announceAfter(gettext("Note saved"), readNotes);
});

/** An offer's deadline as people read it, in the event's time zone. */
const withDeadline = ({ offer, ...others }) =>
  offer ? { ...others, offer: offer.map((until) => until && momentOf(shown.event, until)) } : others;

function changeRow({ actor, at: time, action, changes: changed }) {
  const made = find("#change").content.cloneNode(true);
  find(".hint", made).textContent = `${gettext("{who}, {moment}", { who: staffName(actor), moment: momentOf(shown.event, time) })} · ${word(action)}`;
  find("dl", made).replaceChildren(...changeList(find("#correction"), withDeadline(changed)));
  return made;
}
