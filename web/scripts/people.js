// Accounts for staff: search, roles, actions, and the audit log.

import { restoreInput } from "./preserve-input";
import { showOneTimeLink } from "./one-time-link";
import { isStaff, permits, requireStaff, withRetry } from "./signed-in";
import { pagedList } from "./listing";
import { setUpMerge } from "./merging";
import { announce, confirmed, find, onPress, onSubmit, sentence, showProblems } from "./page";
import { send, get } from "./service";
import { moment, say, sayCount, translate, word } from "./texts";
import { fillFormFromQuery } from "./list-query";

const account = await requireStaff();
const managesStaff = permits(account, "manageStaff");
const form = find("#list-query");
const query = fillFormFromQuery(form);
restoreInput(form);

function showCount(count, isAll) {
  if (!count && isAll) find("#found").textContent = say("foundNobody");
  else find("#found").textContent = isAll ? sayCount("foundAccounts", count) : sayCount("foundSome", count);
}

function row(person) {
  const made = find("#person").content.firstElementChild.cloneNode(true);
  made.dataset.id = person.id;
  const name = [person.firstName, person.lastName].filter(Boolean).join(" ");
  find(".username", made).textContent = person.username;
  find(".role", made).textContent = word(person.role);
  find(".role", made).hidden = !isStaff(person);
  find(".gone", made).hidden = !person.disabled;
  find(".about", made).textContent = [name, emailText(person), pendingEmailText(person), newUsernameText(person)].filter(Boolean).join(" · ");
  const doings = find(".doings", made);
  // To manage accounts of staff takes a permission, and no one manages their own account here.
  if (person.id !== account.id && (managesStaff || !isStaff(person))) addActions(doings, made, person);
  else doings.remove();
  if (permits(account, "readAudit")) addAuditLog(find(".trail", made), person);
  else find(".trail", made).remove();
  return made;
}

const emailText = ({ email, emailVerified }) =>
  email && (emailVerified ? say("emailVerified", { email }) : say("emailUnverified", { email }));

const pendingEmailText = ({ pendingEmail }) => pendingEmail && say("emailPending", { email: pendingEmail });

const newUsernameText = ({ usernameReplacedAt }) =>
  usernameReplacedAt && say("usernameReplacedAt", { moment: moment(usernameReplacedAt) });

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
    showAs(after, say("mergeDone"));
  });

  const roles = find(".change-role", doings);
  roles.elements.role.value = person.role;
  if (!managesStaff) roles.remove();
  onSubmit(roles, async ({ role }) => {
    if (role === person.role) return;
    if (!(await confirmed(say("roleSure", { ...who, role: word(role) }), say("changeRole")))) return;
    showAs(await send("POST", `${at}/role`, { role }), say("roleChanged", { ...who, role: word(role) }));
  });

  const [disable, enable] = [find(".disable", doings), find(".enable", doings)];
  disable.hidden = person.disabled;
  enable.hidden = !person.disabled;
  onPress(disable, async () => {
    if (await confirmed(say("disableSure", who), say("disable"))) showAs(await send("POST", `${at}/disable`), say("accountDisabled"));
  });
  onPress(enable, async () => showAs(await send("POST", `${at}/enable`), say("accountEnabled")));

  onPress(find(".reset", doings), async () => {
    if (!(await confirmed(say("resetSure", who), say("resetLink")))) return;
    const { link, linkQrSvg, msg } = await send("POST", `${at}/password-reset`);
    if (link) showOneTimeLink(find(".handed-over", doings), { username: person.username, link, linkQrSvg });
    else announce(translate(msg));
  });
  const factor = find(".factor", doings);
  factor.hidden = !(managesStaff && person.secondFactor);
  onPress(factor, async () => {
    if (await confirmed(say("factorSure", who), say("removeFactor"))) showAs(await send("POST", `${at}/mfa/remove`), say("secondFactorRemoved"));
  });
  onPress(find(".sign-out", doings), async () => {
    if (!(await confirmed(say("signOutSure", who), say("signOutEverywhere")))) return;
    await send("DELETE", `${at}/sessions`);
    announce(say("signedOutEverywhere"));
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
  const tellWho = (who) => (find(".hint", made).textContent = say("byAt", { who, moment: moment(at) }));
  tellWho(actor);
  usernameById(actor).then(tellWho);
  const done = find("p:last-child", made);
  const facts = [fields.map(word).join(", "), reason].filter(Boolean).join(" ");
  done.textContent = [word(action), facts].filter(Boolean).join(": ");
  if (related) usernameById(related).then((who) => done.append(` (${say("mergedAccount", { who })})`));
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
