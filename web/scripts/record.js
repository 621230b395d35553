// One registration for staff: view it, change its status, correct it, and add notes.

import { changeList, differences } from "./differences";
import { answerList, groupsOf, showAgeHint } from "./fields";
import { dropKept, keep, kept, rememberEvent, requireStaff, withRetry } from "./signed-in";
import { confirmMove, DECISIONS, enableMoveButtons, SILENT } from "./moves";
import { announceAfter, choose, find, findAll, make, onPress, onSubmit, show, showProblems } from "./page";
import { personName } from "./records";
import { at, eventId, needsPaper, place, shown, userId } from "./record-state";
import { readHistory, readNotes, setUpNotes } from "./record-notes";
import { send, base, get, loaded } from "./service";
import { signatureText, showStatus } from "./statuses";
import { deadlineOf, gettext, momentOf, word } from "./texts";

const form = find("#correction");
const why = find("#why");

let correction = null; // the form, once its script is there

async function warn() {
  const { showDuplicates } = await loaded(import("./duplicates"));
  await showDuplicates(find("#duplicates"), eventId, () => shown.record);
}
// The change is already saved, so a failure to load the history is ignored: the next change retries.
const followUp = () => Promise.all([readHistory(), warn()]).catch(() => {});

async function begin() {
  find("#back").href = `${base}/staff?${new URLSearchParams({ event: eventId })}`;
  showAround().catch(() => {}); // the way back is there without it
  shown.event = await get(`/admin/events/${eventId}`);
  rememberEvent(eventId);
  showAgeHint(form, shown.event);
  shown.record = await readNotes();
  const waiting = kept(place);
  why.value = kept(`${place}/why`) ?? "";
  find("#reason").open = Boolean(why.value);
  setUpNotes();
  tell();
  if (waiting || location.hash === "#edit") (await loadCorrection()).open({ waiting });
  else show("answers", "beside");
  setUpPrinting().catch(() => {}); // the page is there without it
  loadCorrection().catch(() => {}); // it is tried again when it's needed
  await Promise.all([readHistory(), warn()]);
}

async function loadCorrection() {
  const { setUpCorrection } = await loaded(import("./correction"));
  correction ??= setUpCorrection({ change });
  return correction;
}

/** Has the page printed as a sheet. */
async function setUpPrinting() {
  const { printSheets } = await import("./print");
  const copyOf = (entries) => make("section", {}, find("h2", entries.closest("section")).cloneNode(true), entries.cloneNode(true));
  printSheets({
    chosen: () => [shown.record],
    form,
    eventOf: () => shown.event,
    // What is for staff only goes on paper only where they ask for it.
    more: () => (find("#print-notes").checked ? [find("#notes"), find("#history")].map(copyOf) : []),
  });
}

/** Shows the way back to the list, and to the registrations before and after this one in it. */
async function showAround() {
  const { around } = await import("./list-position");
  const addresses = await around(eventId, userId);
  for (const [id, address] of Object.entries(addresses)) {
    const link = find(`#${id}`);
    link.hidden = !address;
    if (address) link.href = address;
  }
}

function tell() {
  const { event, record } = shown;
  const name = personName(record);
  const { submittedAt, createdAt } = record;
  find("#who").textContent = name;
  document.title = `${name} · Breeze Lakes Point`;
  showStatus(find("#standing"), record.status);
  find("#offer").textContent = offered(record);
  find("#reference").textContent = gettext("Reference number {reference}", { reference: record.reference });
  find("#username").textContent = record.username;
  find("#times").textContent = submittedAt
    ? gettext("Submitted {moment}", { moment: momentOf(event, submittedAt) })
    : gettext("Started {moment}", { moment: momentOf(event, createdAt) });
  find("#signed").textContent = signatureText(record, event) || gettext("Not signed yet");
  for (const group of findAll("[data-answers]")) {
    const { answers } = group.dataset;
    find("dl", group).replaceChildren(...answerList(find(`[data-group=${answers}]`, form), record.form));
  }
  find("#nowhere").hidden = enableMoveButtons(find("#move"), [record.status]);
  correction?.tell();
}

/** The spot that is offered to a person on the waiting list, with its deadline; empty if there is none. */
function offered({ offer }) {
  if (!offer) return "";
  const until = { moment: deadlineOf(shown.event, offer.until) };
  return Date.parse(offer.until) > Date.now() ? gettext("Offered a spot until {moment}", until) : gettext("Expired {moment}. It goes to the next person shortly.", until);
}

/** Loads another user's changes to the record; keeps the input, and shows what changed. */
function meet(current) {
  const { record } = shown;
  const changed = differences(form, record.form, current.form);
  if (record.status !== current.status) changed.status = [record.status, current.status];
  correction?.rebase(current);
  shown.record = current;
  tell();
  const said = find("#changed-by-others");
  find("dl", said).replaceChildren(...changeList(form, changed));
  said.hidden = false;
  said.focus();
  said.scrollIntoView({ block: "start" });
}

/** Runs an action that needs the current version; after a conflict, shows the current record. */
async function change(act) {
  find("#changed-by-others").hidden = true;
  try {
    shown.record = await act(shown.record.version);
  } catch (error) {
    if (error.code !== "stale_version" || !error.current) throw error;
    meet(error.current);
    followUp();
    return false;
  }
  tell();
  followUp();
  return true;
}

// The answers, in groups, each with its own button to edit it.

for (const group of groupsOf(form)) {
  const { name, label } = group;
  const edit = make("button", { type: "button", class: "quiet", "aria-label": gettext("Edit: {group}", { group: label }) }, gettext("Edit"));
  onPress(edit, async () => (await loadCorrection()).open({ group: name }));
  find("#answers").append(make("div", { class: "answers", "data-answers": name }, make("div", { class: "heading" }, make("h3", {}, label), edit), make("dl")));
}
onPress(find("#edit"), async () => (await loadCorrection()).open({}));
find("#print").addEventListener("click", () => print());

// Change the status.

/** Asks before a change of status; returns the request's fields, or null if the user cancels. */
async function decided(status) {
  const who = personName(shown.record);
  if (needsPaper(status)) {
    const box = make("input", { type: "checkbox", name: "paper", value: "true", required: true });
    const label = make("label", { class: "choice" }, box, " ", gettext("The applicant signed on paper, and I have the signature."));
    const question = { question: gettext("{who} hasn’t signed. Submit with a signature on paper? We record it under your name.", { who }), yes: gettext("Move to submitted") };
    return (await choose(question, label)) && { paperSignature: true };
  }
  return DECISIONS.includes(status) ? (await confirmMove(status, who, find("#move"))) && {} : {};
}

async function changeLater(status, act) {
  const { hold } = await loaded(import("./held"));
  return hold(find("#held"), personName(shown.record), status, act);
}

// The page stores the input next to the form as it stores the form: a session may end before sending.
why.addEventListener("input", () => keep(`${place}/why`, why.value));

onSubmit(find("#move"), async ({ note }, button) => {
  const status = button.value;
  const more = await decided(status);
  if (!more) return;
  // The request may finish even if the user leaves the page.
  const move = (version) => send("POST", at("/status"), { status, version, note, ...more }, { keepalive: true });
  try {
    const moved = await (SILENT.includes(status) ? change(move) : changeLater(status, () => change(move)));
    if (moved === null) button.focus();
    if (!moved) return;
  } catch (error) {
    if (error.code !== "invalid_fields" || error.fields.note || error.fields.paperSignature) throw error;
    // It is its form that keeps it from being submitted.
    (await loadCorrection()).open({ isKept: true });
    showProblems(form, error);
    return;
  }
  find("#move").reset();
  find("#reason").open = false;
  dropKept(`${place}/why`);
  // The buttons keep their places, and the focus goes to what has changed.
  find("#standing").focus();
  const said = gettext("Status changed to {status}", { status: word(shown.record.status) });
  await announceAfter(said, () => note.trim() && readNotes());
});

await requireStaff();
if (eventId && userId) await withRetry(begin);
else find("main").append(make("p", {}, gettext("We couldn’t find that registration.")));
