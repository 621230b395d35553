// Registers a walk-in applicant: creates an account if they have none, and starts a registration.

import { restoreInput } from "./preserve-input";
import { findDuplicates, duplicateList } from "./duplicates";
import { showOneTimeLink } from "./one-time-link";
import { requireStaff } from "./signed-in";
import { pagedList } from "./listing";
import { announce, choose, find, make, onPress, onSubmit, show } from "./page";
import { registrationUrl } from "./records";
import { send, ApiError } from "./service";
import { gettext } from "./texts";
import { chooseEvent, findEvent, showSelectedEvent } from "./list-query";

await requireStaff();
const event = find("#event");
let createdAccount; // the account that was made here, with the phone number that was typed

const list = pagedList({
  place: find("#people"),
  button: find("#more"),
  row,
  onChange: (count) => (find("#found").textContent = count ? "" : gettext("No accounts found")),
});

function row(person) {
  const shown = find("#known").content.cloneNode(true);
  find("strong", shown).textContent = [person.firstName, person.lastName].filter(Boolean).join(" ") || person.username;
  find(".hint", shown).textContent = [person.username, person.email].filter(Boolean).join(" · ");
  onPress(find("button", shown), () => startRegistration(person));
  return shown;
}

/** Starts a person's registration unless it exists, and opens it. */
async function startRegistration({ id, firstName, middleName, lastName, email, phone1 }) {
  const known = Object.entries({ firstName, middleName, lastName, email, phone1 }).filter(([, value]) => value);
  try {
    await send("PUT", `/admin/events/${event.value}/registrations/${id}`, { form: Object.fromEntries(known) });
  } catch (error) {
    if (error.code === "draft_exists") return openDraft(id);
    // Nothing has checked a number that came while the check was unavailable. Staff type it again on the form.
    if (error.fields?.["form.phone1"]) return startRegistration({ id, firstName, middleName, lastName, email, phone1: "" });
    if (error.code !== "stale_version") throw error;
    location.assign(registrationUrl(event.value, id));
    return;
  }
  location.assign(`${registrationUrl(event.value, id)}#edit`);
}

/** Goes to a draft that its applicant has begun, with the reference that they tell. */
async function openDraft(id) {
  const input = make("input", { id: "reference", name: "reference", required: true, autocomplete: "off" });
  const label = make("label", { for: "reference" }, gettext("Reference number"));
  const field = make("div", { class: "field" }, label, input);
  const given = await choose({ question: gettext("This person already has a draft. To open it, enter the reference number they tell you."), yes: gettext("Open draft") }, field);
  if (given) location.assign(registrationUrl(event.value, id, given.reference));
}

onSubmit(find("#look"), ({ q }) => list("/admin/users", q.trim() ? { q } : {}));

// One key for one account: after a lost response, the same key with the same details makes no second one.
// It is a field of the form, so that it goes along to the page in another language or after signing in again.
const key = find("#idempotencyKey");
const newKey = () =>
  (key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""));

/** Whether to create the account: staff decide if someone has the same name and phone number, or if that can't be checked. */
async function confirmNewAccount(person) {
  let found;
  try {
    found = await findDuplicates(event.value, person);
  } catch (error) {
    if (error instanceof ApiError && error.status < 429) throw error;
    return choose({ question: gettext("We couldn’t check whether this person is registered in another account."), yes: gettext("Create account anyway") });
  }
  // The links open beside this page: what is typed here stays.
  const links = duplicateList(event.value, found, { target: "_blank", rel: "noopener" });
  return !found.length || choose({ question: gettext("The same name and phone number are registered for this event in another account. It may be the same person."), yes: gettext("It’s another person: create account") }, links);
}

onSubmit(find("#person"), async ({ phone1: typed, ...person }) => {
  const phone1 = typed.trim();
  if (!(await confirmNewAccount({ ...person, phone1 }))) return;
  try {
    createdAccount = { ...(await send("POST", "/admin/users", person)), phone1 };
  } catch (error) {
    // The account of the earlier details is there. Another one is made with another key.
    if (error.fields?.idempotencyKey) newKey();
    throw error;
  }
  newKey();
  find("#made").textContent = createdAccount.username;
  find("#again").hidden = Boolean(createdAccount.link);
  if (createdAccount.link) showOneTimeLink(find("#link"), createdAccount);
  show("made");
  find("[data-part=made]").focus();
  scrollTo(0, 0);
});
// An earlier attempt created the account, but the page never showed its link.
onPress(find("#new-link"), async () => {
  const { link, linkQrSvg, emailed } = await send("POST", `/admin/users/${createdAccount.id}/password-reset`);
  find("#again").hidden = true;
  if (link) showOneTimeLink(find("#link"), { username: createdAccount.username, link, linkQrSvg });
  else announce(emailed ? gettext("We emailed them a password reset link.") : gettext("We couldn’t send the email. Try again later."));
});
onPress(find("#start"), () => startRegistration(createdAccount));

const warnIfClosed = () => (find("#not-open").textContent = findEvent(event.value).isOpen ? "" : gettext("Registration for this event isn’t open right now."));
event.addEventListener("change", () => {
  showSelectedEvent(findEvent(event.value));
  warnIfClosed();
});

if (await chooseEvent(event)) {
  warnIfClosed();
  show("who");
  restoreInput(find("[data-part=who]"));
  if (!key.value) newKey();
} else find("h1").after(gettext("No events yet"));
