// People: who they are, what they may do, and what has been done to them.

import { carryOver } from "./carried";
import { handOver } from "./handover";
import { isStaff, permits, staffSignedIn, untilAnswered } from "./inside";
import { listing } from "./listing";
import { offerMerge } from "./merging";
import { announce, confirmed, find, onPress, onSubmit, sentence, showProblems } from "./page";
import { ask, read } from "./service";
import { moment, say, sayCount, translated, word } from "./texts";
import { takeUp } from "./wanted";

const account = await staffSignedIn();
const managesStaff = permits(account, "manageStaff");
const form = find("#wanted");
const query = takeUp(form);
carryOver(form);

function tell(count, isAll) {
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
  find(".about", made).textContent = [name, mailOf(person), pendingOf(person), renamed(person)].filter(Boolean).join(" · ");
  const doings = find(".doings", made);
  // To manage accounts of staff takes a permission, and no one manages their own account here.
  if (person.id !== account.id && (managesStaff || !isStaff(person))) offer(doings, made, person);
  else doings.remove();
  if (permits(account, "readAudit")) follow(find(".trail", made), person);
  else find(".trail", made).remove();
  return made;
}

const mailOf = ({ email, emailVerified }) =>
  email && (emailVerified ? say("emailVerified", { email }) : say("emailUnverified", { email }));

const pendingOf = ({ pendingEmail }) => pendingEmail && say("emailPending", { email: pendingEmail });

const renamed = ({ usernameReplacedAt }) =>
  usernameReplacedAt && say("usernameReplacedAt", { moment: moment(usernameReplacedAt) });

function offer(doings, made, person) {
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
  else offerMerge(merging, person, mailOf, (after, goneId) => {
    find(`[data-id="${goneId}"]`)?.remove();
    showAs(after, say("mergeDone"));
  });

  const roles = find(".change-role", doings);
  roles.elements.role.value = person.role;
  if (!managesStaff) roles.remove();
  onSubmit(roles, async ({ role }) => {
    if (role === person.role) return;
    if (!(await confirmed(say("roleSure", { ...who, role: word(role) }), say("changeRole")))) return;
    showAs(await ask("POST", `${at}/role`, { role }), say("roleChanged", { ...who, role: word(role) }));
  });

  const [disable, enable] = [find(".disable", doings), find(".enable", doings)];
  disable.hidden = person.disabled;
  enable.hidden = !person.disabled;
  onPress(disable, async () => {
    if (await confirmed(say("disableSure", who), say("disable"))) showAs(await ask("POST", `${at}/disable`), say("accountDisabled"));
  });
  onPress(enable, async () => showAs(await ask("POST", `${at}/enable`), say("accountEnabled")));

  onPress(find(".reset", doings), async () => {
    if (!(await confirmed(say("resetSure", who), say("resetLink")))) return;
    const { link, linkQrSvg, msg } = await ask("POST", `${at}/password-reset`);
    if (link) handOver(find(".handed-over", doings), { username: person.username, link, linkQrSvg });
    else announce(translated(msg));
  });
  const factor = find(".factor", doings);
  factor.hidden = !(managesStaff && person.secondFactor);
  onPress(factor, async () => {
    if (await confirmed(say("factorSure", who), say("removeFactor"))) showAs(await ask("POST", `${at}/mfa/remove`), say("secondFactorRemoved"));
  });
  onPress(find(".sign-out", doings), async () => {
    if (!(await confirmed(say("signOutSure", who), say("signOutEverywhere")))) return;
    await ask("DELETE", `${at}/sessions`);
    announce(say("signedOutEverywhere"));
  });
}

// A user's audit log, which loads when staff expand it.

function follow(trail, person) {
  const none = find(".none", trail);
  const list = listing({
    place: find("ol", trail),
    button: find(".older", trail),
    row: entryRow,
    tell: (count) => (none.hidden = count > 0),
  });
  onPress(find("summary", trail), async () => {
    if (!trail.open) await list("/admin/audit", { subject: person.id });
  });
}

function entryRow({ at, actor, action, fields, related, reason }) {
  const made = find("#entry").content.firstElementChild.cloneNode(true);
  const tellWho = (who) => (find(".hint", made).textContent = say("byAt", { who, moment: moment(at) }));
  tellWho(actor);
  usernameOf(actor).then(tellWho);
  const done = find("p:last-child", made);
  const facts = [fields.map(word).join(", "), reason].filter(Boolean).join(" ");
  done.textContent = [word(action), facts].filter(Boolean).join(": ");
  if (related) usernameOf(related).then((who) => done.append(` (${say("mergedAccount", { who })})`));
  return made;
}

const usernames = new Map([["ops", Promise.resolve("ops")], [account.id, Promise.resolve(account.username)]]);

/** Returns a username; for an erased user, the ID of the account. */
function usernameOf(id) {
  if (!usernames.has(id)) {
    usernames.set(id, read(`/admin/users/${id}`).then(({ username }) => username, () => id));
  }
  return usernames.get(id);
}

const list = listing({ place: find("#people"), button: find("#more"), row, tell });
try {
  await untilAnswered(() => list("/admin/users", query));
} catch (error) {
  find("#found").textContent = sentence(error);
  showProblems(form, error);
}
