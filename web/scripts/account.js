import { restoreInput } from "./preserve-input";
import { signOutInEveryTab, requireAccount, withRetry } from "./signed-in";
import { download } from "./download";
import { linkedIdentities, showList } from "./linked-identities";
import { announce, announceAfter, confirmed, find, findAll, onPress, onSubmit } from "./page";
import { showAdvice, setUpSuggestion } from "./password";
import { askOwner, owner, proofIn } from "./reauthenticate";
import { passkeys } from "./passkeys";
import { secondFactor } from "./second-factor";
import { get, getAll, send } from "./service";
import { gettext, moment } from "./texts";

let account = await requireAccount();
let showSecondFactor = (_) => {};
let showPasskeys = (_) => {};
const profile = find("#profile");
const change = find("#change-password");

function showAccount() {
  find("#own-username").textContent = account.username;
  change.elements.username.value = account.username;
  profile.elements.firstName.value = account.firstName ?? "";
  profile.elements.middleName.value = account.middleName ?? "";
  profile.elements.lastName.value = account.lastName ?? "";
  find("#email-now").textContent = emailStatus(account);
  const { email, emailVerified, pendingEmail } = account;
  find("#email-pending").textContent = pendingEmail ? gettext("New address, not confirmed yet: {email}", { email: pendingEmail }) : "";
  find("#email-pending").hidden = find("#keep-email").hidden = !pendingEmail;
  const problem = emailProblem(account);
  find("#email-problem").textContent = problem;
  find("#email-problem").hidden = find("#email-again").hidden = !problem;
  // No link is sent to an address with a problem, until its owner has cleared it.
  const problemToVerify = pendingEmail ? account.pendingEmailProblem : account.emailProblem;
  find("#verify").hidden = Boolean(problemToVerify) || (!pendingEmail && (!email || emailVerified));
  showSecondFactor(account);
  showPasskeys(account);
  showCodeFields();
}

/** Shows the fields for a code if the account has a second factor. Without one, they stay empty. */
function showCodeFields() {
  for (const field of findAll(".with-factor")) field.hidden = !account.secondFactor;
}

function emailStatus({ email, emailVerified }) {
  if (!email) return gettext("No email address on your account");
  return emailVerified ? gettext("{email} (confirmed)", { email }) : gettext("{email} (not confirmed)", { email });
}

/** Returns what is wrong with the account's addresses, and what its owner can do; "" if nothing is. */
function emailProblem({ email, emailProblem, pendingEmail, pendingEmailProblem }) {
  return [problemText(email, emailProblem), problemText(pendingEmail, pendingEmailProblem)].filter(Boolean).join(" ");
}

function problemText(email, problem) {
  if (problem === "bounced") return gettext("Email to {email} came back, so we stopped sending it. Check the address for typos and change it if it’s wrong. If it’s right, select “Send email again.”", { email });
  if (problem === "complained") return gettext("Our email was marked as spam at {email}, so we only send what keeps your account safe. To get all email, select “Send email again.”", { email });
  return "";
}

onPress(find("#email-again"), async () => {
  account = await send("DELETE", "/me/email/problems");
  showAccount();
  announce(gettext("We’ll send email to your address again."));
});

onSubmit(profile, async ({ firstName, middleName, lastName }) => {
  account = await send("PATCH", "/me", { firstName, middleName, lastName });
  showAccount();
  announce(gettext("Profile saved"));
});

onSubmit(find("#change-email"), async ({ email, currentPassword, code }) => {
  const proof = await proofIn(account, { currentPassword, code });
  if (!proof) return;
  // The hint says that a blank field removes it; the service removes it for null alone.
  account = await send("PATCH", "/me", { email: email.trim() || null, ...proof });
  find("#change-email").reset();
  showAccount();
  await announceAfter(account.pendingEmail ? gettext("We sent you a link. Check your email.") : gettext("Email address saved"), listSessions);
});

onPress(find("#keep-email"), async () => {
  account = await send("PATCH", "/me", { pendingEmail: null });
  showAccount();
  announce(gettext("The change is canceled."));
});

onPress(find("#verify"), async () => {
  await send("POST", "/email/verification");
  announce(gettext("We sent you a link. Check your email."));
});

showAdvice(change.elements.newPassword, () => [account.username, account.firstName, account.lastName]);
setUpSuggestion(find("#suggest"), change.elements.newPassword);
onSubmit(change, async ({ currentPassword, newPassword, code }) => {
  await send("POST", "/password/change", { currentPassword, newPassword, code });
  change.reset();
  change.elements.newPassword.dispatchEvent(new Event("input"));
  showAccount();
  await announceAfter(gettext("Password changed. You’ve been signed out on your other devices."), listSessions);
});

onPress(find("#remove-password"), async () => {
  const question = gettext("Remove your password? You’ll sign in another way. You’ll be signed out on your other devices.");
  const proof = await askOwner(account, { question, yes: gettext("Remove password"), danger: true });
  if (!proof) return;
  await send("POST", "/password/remove", proof);
  await announceAfter(gettext("Password removed"), async () => {
    await readMethods();
    await listSessions();
  });
});

/** Shows which ways to sign in there are, after one was added or removed. */
async function readMethods() {
  account = await get("/me");
  if (!isRequired) showList(await get("/me/identities"), account);
  showAccount();
}

/** Reads all lists at the same time; null for those that staff see only after they have set up a second factor. */
function readLists() {
  const passkeyList = find("#passkeys").dataset.domain ? get("/me/passkeys") : { items: [] };
  return Promise.all([getAll("/sessions"), get("/me/identities"), passkeyList].map(unlessSetUpFirst));
}

async function unlessSetUpFirst(list) {
  try {
    return await list;
  } catch (error) {
    if (error.code !== "second_factor_setup_required") throw error;
    return null;
  }
}

async function listSessions() {
  showSessions(await getAll("/sessions"));
}

const showSessions = (sessions) => find("#sessions").replaceChildren(...sessions.map(row));

function row(session) {
  const made = find("#session").content.cloneNode(true);
  find(".agent", made).textContent = session.current ? gettext("This device") : deviceName(session.userAgent);
  find(".shared", made).hidden = !session.sharedDevice;
  find(".when", made).textContent = gettext("Signed in {moment} from {address}", { moment: moment(session.startedAt), address: session.address });
  const button = find("button", made);
  if (session.current) button.remove();
  else
    onPress(button, async () => {
      await send("DELETE", `/sessions/${session.id}`);
      await announceAfter(gettext("Device signed out"), listSessions);
    });
  return made;
}

/** Returns a readable name for a device, from its browser's user agent. */
function deviceName(agent) {
  const system = agent.match(/iPhone|iPad|Android|Windows|Mac OS|CrOS|Linux/)?.[0];
  const browser = agent.match(/Edg|Firefox|Chrome|Safari/)?.[0].replace("Edg", "Edge");
  return [browser, system].filter(Boolean).join(", ") || agent || gettext("Unknown device");
}

onPress(find("#everywhere"), async () => {
  if (!(await confirmed(gettext("Sign out of all devices, including this one?"), gettext("Sign out of all devices")))) return;
  await send("DELETE", "/sessions");
  signOutInEveryTab();
});

onPress(find("#export"), async () => {
  const held = await send("GET", "/me/export");
  const file = new Blob([JSON.stringify(held, null, 2)], { type: "application/json" });
  download(file, `breeze-lakes-point-${account.username}.json`);
});

onPress(find("#delete"), async () => {
  const question = gettext("Permanently delete your account and all your registrations? You can’t undo this.");
  const proof = await askOwner(account, { question, yes: gettext("Delete my account"), danger: true });
  if (!proof) return;
  await send("POST", "/me/delete", proof);
  signOutInEveryTab();
});

showAccount();
restoreInput(profile, find("#change-email"));
// Staff without a second factor may only set one up and correct their email.
const [sessions, identities, passkeyList] = await withRetry(readLists);
const isRequired = !sessions;
owner.hasPassword = !identities || identities.hasPassword;
if (sessions) showSessions(sessions);
showSecondFactor = secondFactor(account, isRequired, (isOn) => {
  account = { ...account, secondFactor: isOn };
  showPasskeys(account);
  showCodeFields();
  return listSessions();
});
// Staff without a second factor may add a passkey instead.
showPasskeys = passkeys(account, isRequired, passkeyList.items, readMethods);
if (identities) await linkedIdentities(account, identities);
if (location.hash.startsWith("#passkey")) find("#passkeys").focus();
