// Registers a walk-in applicant: creates an account if they have none, and submits a registration.

import { formValues, showAgeHint } from "./fields";
import { restoreInput } from "./preserve-input";
import { findDuplicates, duplicateList } from "./duplicates";
import { showOneTimeLink } from "./one-time-link";
import { requireStaff } from "./signed-in";
import { pagedList } from "./listing";
import { announce, choose, find, findAll, make, onPress, onSubmit, show } from "./page";
import { registrationUrl } from "./records";
import { send, ApiError } from "./service";
import { gettext, word } from "./texts";
import { chooseEvent, findEvent, showSelectedEvent } from "./list-query";

await requireStaff();
const event = find("#event");
const form = find("#person");
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

/** The required answers that are missing, with the error of each. */
function missingAnswers() {
  const given = formValues(form);
  const marks = findAll(".needed", form).map((mark) => [find("[name]", mark.closest(".field")).name, mark.dataset.missing]);
  if (!find("#paperSignature").checked) marks.push(["paperSignature", gettext("The applicant must sign first. If they signed on paper, record that.")]);
  return Object.fromEntries(marks.filter(([name]) => given[name] === undefined));
}

onSubmit(form, async ({ firstName, lastName, username, email, idempotencyKey, phone1 }, button) => {
  const isSubmission = button.value === "submit";
  const fields = isSubmission ? missingAnswers() : {};
  if (Object.keys(fields).length) throw new ApiError(422, { fields });
  const person = { firstName, lastName, username, email, idempotencyKey };
  const isNew = createdAccount?.idempotencyKey !== idempotencyKey;
  if (isNew && !(await confirmNewAccount({ ...person, phone1: phone1.trim() }))) return;
  await createAccount(person, phone1.trim());
  const submitted = isSubmission ? await submitRegistration() : null;
  newKey();
  showAccount(submitted);
});

/** Creates the account. A repeated request returns it without its link, which the page still has. */
async function createAccount(person, phone1) {
  let created;
  try {
    created = await send("POST", "/admin/users", person);
  } catch (error) {
    // The account of the earlier details is there. Another one is made with another key.
    if (error.fields?.idempotencyKey) newKey();
    throw error;
  }
  const earlier = createdAccount?.id === created.id ? createdAccount : {};
  const { link, linkQrSvg, passphrase } = created.link ? created : earlier;
  createdAccount = { ...created, link, linkQrSvg, passphrase, phone1, version: earlier.version, idempotencyKey: person.idempotencyKey };
}

/** Saves the answers and submits them; what an earlier attempt has done is not done again. */
async function submitRegistration() {
  const path = `/admin/events/${event.value}/registrations/${createdAccount.id}`;
  const { version } = createdAccount;
  let saved;
  try {
    saved = await send("PUT", path, { form: formValues(form), ...(version && { version }) });
  } catch (error) {
    if (error.code !== "stale_version" || !error.current) throw error;
    saved = error.current;
  }
  if (saved.status !== "Draft") return saved;
  createdAccount.version = saved.version;
  return send("POST", `${path}/status`, { status: "Submitted", version: saved.version, paperSignature: true });
}

/** Shows the account with its link, and the registration if there is one. */
function showAccount(registration) {
  const { username, link } = createdAccount;
  find("#made").textContent = username;
  find("#again").hidden = Boolean(link);
  const facts = registration ? [`${findEvent(event.value).name} · ${word(registration.status)}`, gettext("Reference number {reference}", { reference: registration.reference })] : [];
  if (registration) {
    find("#result").textContent = registration.status === "Waitlisted" ? word(registration.status) : gettext("Registration submitted");
    find("#reference").textContent = facts.join(" · ");
    find("#open").href = registrationUrl(event.value, createdAccount.id);
  }
  for (const id of ["reference", "open"]) find(`#${id}`).hidden = !registration;
  find("#start").hidden = Boolean(registration);
  if (link) showOneTimeLink(find("#link"), { ...createdAccount, hours: 24, facts });
  show("made");
  find("[data-part=made]").focus();
  scrollTo(0, 0);
}
// An earlier attempt created the account, but the page never showed its link.
onPress(find("#new-link"), async () => {
  const { link, linkQrSvg, emailed } = await send("POST", `/admin/users/${createdAccount.id}/password-reset`);
  find("#again").hidden = true;
  if (link) showOneTimeLink(find("#link"), { username: createdAccount.username, link, linkQrSvg });
  else announce(emailed ? gettext("We emailed them a password reset link.") : gettext("We couldn’t send the email. Try again later."));
});
onPress(find("#start"), () => startRegistration(createdAccount));

function showEvent() {
  const chosen = findEvent(event.value);
  find("#not-open").textContent = chosen.isOpen ? "" : gettext("Registration for this event isn’t open right now.");
  showAgeHint(form, chosen);
}
event.addEventListener("change", () => {
  showSelectedEvent(findEvent(event.value));
  showEvent();
});

if (await chooseEvent(event)) {
  showEvent();
  show("who");
  restoreInput(find("[data-part=who]"));
  if (!key.value) newKey();
  // On a phone, the keyboard would cover half of the page.
  if (matchMedia("(hover: hover)").matches) find("#firstName").focus();
} else find("h1").after(gettext("No events yet"));
