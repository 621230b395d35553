// Accounts for staff: search, roles, actions, and the audit log.

import { restoreInput } from "./preserve-input";
import { showOneTimeLink } from "./one-time-link";
import { isStaff, permits, requireStaff, withRetry } from "./signed-in";
import { pagedList } from "./listing";
import { setUpMerge } from "./merging";
import { announce, confirmed, find, onPress, onSubmit, sentence, showProblems } from "./page";
import { send, get } from "./service";
import { gettext, moment, ngettext, pgettext, word } from "./texts";
import { fillFormFromQuery } from "./list-query";

const account = await requireStaff();
const managesStaff = permits(account, "manageStaff");
const form = find("#list-query");
const query = fillFormFromQuery(form);
restoreInput(form);

function showCount(count, isAll) {
  if (!count && isAll) find("#found").textContent = gettext("No accounts found");
  else find("#found").textContent = isAll ? ngettext("{count} account", "{count} accounts", count) : ngettext("Showing the first {count}. There are more.", "Showing the first {count}. There are more.", count);
}

function row(person) {
  const made = find("#person").content.firstElementChild.cloneNode(true);
  made.dataset.id = person.id;
  const name = [person.firstName, person.lastName].filter(Boolean).join(" ");
  find(".username", made).textContent = person.username;
  find(".role", made).textContent = word(person.role);
  find(".role", made).hidden = !isStaff(person);
  find(".gone", made).hidden = !person.disabled;
  find(".about", made).textContent = [name, emailText(person), problemText(person), pendingEmailText(person), newUsernameText(person), methodsText(person)].filter(Boolean).join(" · ");
  const doings = find(".doings", made);
  // To manage accounts of staff takes a permission, and no one manages their own account here.
  if (person.id !== account.id && (managesStaff || !isStaff(person))) addActions(doings, made, person);
  else doings.remove();
  if (permits(account, "readAudit")) addAuditLog(find(".trail", made), person);
  else find(".trail", made).remove();
  return made;
}

const emailText = ({ email, emailVerified }) =>
  email && (emailVerified ? gettext("{email} (confirmed)", { email }) : gettext("{email} (not confirmed)", { email }));

function problemText({ emailProblem, pendingEmailProblem }) {
  const problem = emailProblem ?? pendingEmailProblem;
  if (problem === "bounced") return gettext("Email came back: not sent anymore");
  return problem === "complained" ? gettext("Marked our email as spam: gets security email only") : "";
}

const pendingEmailText = ({ pendingEmail }) => pendingEmail && gettext("New address, not confirmed yet: {email}", { email: pendingEmail });

const newUsernameText = ({ usernameReplacedAt }) =>
  usernameReplacedAt && gettext("Username replaced on {moment}", { moment: moment(usernameReplacedAt) });

const METHODS = { password: gettext("password"), emailCode: gettext("code by email"), provider: gettext("another account"), passkey: gettext("passkey"), secondFactor: gettext("two-step verification") };

/** Names the ways to sign in, with the second step. */
const methodsText = ({ signInMethods, secondFactor }) =>
  gettext("Signs in with: {methods}", { methods: [...signInMethods, secondFactor && "secondFactor"].filter(Boolean).map((method) => METHODS[method]).join(", ") });

function addActions(doings, made, person) {
  const at = `/admin/users/${person.id}`;
  const who = { who: person.username };

  /** Shows a user's current state, and keeps the actions expanded. */
  function showAs(after, said) {
    const fresh = row(after);
    made.replaceWith(fresh);
    find(".doings", fresh).open = true;
    find("summary", fresh).focus();
    announce(said);
  }

  const merging = find(".merging", doings);
  // Only the accounts of applicants are merged.
  if (isStaff(person)) merging.remove();
  else setUpMerge(merging, person, emailText, (after, goneId) => {
    find(`[data-id="${goneId}"]`)?.remove();
    showAs(after, gettext("The accounts are merged."));
  });

  const roles = find(".change-role", doings);
  roles.elements.role.value = person.role;
  if (!managesStaff) roles.remove();
  onSubmit(roles, async ({ role }) => {
    if (role === person.role) return;
    if (!(await confirmed(gettext("Change {who}’s role to {role}?", { ...who, role: word(role) }), gettext("Change role")))) return;
    showAs(await send("POST", `${at}/role`, { role }), gettext("{who}’s role is now {role}", { ...who, role: word(role) }));
  });

  const [disable, enable] = [find(".disable", doings), find(".enable", doings)];
  disable.hidden = person.disabled;
  enable.hidden = !person.disabled;
  onPress(disable, async () => {
    if (await confirmed(gettext("Disable {who}’s account? They’ll be signed out now and won’t be able to sign in.", who), gettext("Disable account"))) showAs(await send("POST", `${at}/disable`), gettext("Account disabled"));
  });
  onPress(enable, async () => showAs(await send("POST", `${at}/enable`), gettext("Account enabled")));

  onPress(find(".reset", doings), async () => {
    if (!(await confirmed(gettext("Create a password reset link for {who}? Earlier links will stop working.", who), gettext("Create password reset link")))) return;
    const { link, linkQrSvg, emailed } = await send("POST", `${at}/password-reset`);
    if (link) showOneTimeLink(find(".handed-over", doings), { username: person.username, link, linkQrSvg });
    else announce(emailed ? gettext("We emailed them a password reset link.") : gettext("We couldn’t send the email. Try again later."));
  });
  const factor = find(".factor", doings);
  factor.hidden = !(managesStaff && (person.secondFactor || person.signInMethods.includes("passkey")));
  onPress(factor, async () => {
    if (await confirmed(gettext("Turn off two-step verification for {who}, and remove their passkeys? They’ll be able to sign in with only a password. First make sure it’s really them.", who), pgettext("another person’s account", "Turn off two-step verification"))) showAs(await send("POST", `${at}/mfa/remove`), gettext("Two-step verification is off"));
  });
  onPress(find(".sign-out", doings), async () => {
    if (!(await confirmed(gettext("Sign {who} out of all devices?", who), gettext("Sign out of all devices")))) return;
    await send("DELETE", `${at}/sessions`);
    announce(gettext("Signed out of all devices"));
  });
}

// A user's audit log, which loads when staff expand it.

function addAuditLog(trail, person) {
  const none = find(".none", trail);
  const list = pagedList({
    place: find("ol", trail),
    button: find(".older", trail),
    row: entryRow,
    onChange: (count) => (none.hidden = count > 0),
  });
  onPress(find("summary", trail), async () => {
    if (!trail.open) await list("/admin/audit", { subject: person.id });
  });
}

function entryRow({ at, actor, action, fields, related, reason }) {
  const made = find("#entry").content.firstElementChild.cloneNode(true);
  const tellWho = (who) => (find(".hint", made).textContent = gettext("{who}, {moment}", { who, moment: moment(at) }));
  tellWho(actor);
  usernameById(actor).then(tellWho);
  const done = find("p:last-child", made);
  const facts = [fields.map(word).join(", "), reason].filter(Boolean).join(" ");
  done.textContent = [word(action), facts].filter(Boolean).join(": ");
  const other = (who) => gettext("other account: {who}", { who });
  if (related) usernameById(related).then((who) => done.append(` (${other(who)})`));
  return made;
}

const usernames = new Map([["ops", Promise.resolve("ops")], [account.id, Promise.resolve(account.username)]]);

/** Returns a username; for an erased user, the ID of the account. */
function usernameById(id) {
  if (!usernames.has(id)) {
    usernames.set(id, get(`/admin/users/${id}`).then(({ username }) => username, () => id));
  }
  return usernames.get(id);
}

const list = pagedList({ place: find("#people"), button: find("#more"), row, onChange: showCount });
try {
  await withRetry(() => list("/admin/users", query));
} catch (error) {
  find("#found").textContent = sentence(error);
  showProblems(form, error);
}
