// Two accounts of one person: staff compare them, and then merge them.

import { find, findAll, make, onSubmit } from "./page";
import { send, get, ApiError } from "./service";
import { gettext, moment, word } from "./texts";

/** Offers to merge another account into a person's.

    `done` gets the account that stays, and the id of the one that is gone.
*/
export function setUpMerge(place, person, mailOf, done) {
  const [compare, compared, merge] = [".compare", ".compared", ".merge"].map((one) => find(one, place));
  const at = `/admin/users/${person.id}/merge`;
  let other;
  for (const field of findAll(".field", place)) {
    const [control, hint] = [find("input", field), find(".hint", field)];
    control.id = find("label", field).htmlFor = `${control.name}-${person.id}`;
    if (hint) control.setAttribute("aria-describedby", (hint.id = `${control.id}-hint`));
  }
  // The comparison belongs to the typed name, so the page removes it when the name changes.
  compare.addEventListener("input", () => (compared.hidden = true));

  onSubmit(compare, async ({ from }) => {
    compared.hidden = true;
    other = await findAccount(from);
    const { kept, merged, registrations, clashes } = await get(`${at}?from=${other.id}`);
    for (const [side, account] of [[".kept", kept], [".closed", merged]]) {
      showAccount(find(side, place), account, mailOf, registrations.filter(({ userId }) => userId === account.id));
    }
    const events = registrations.filter((one) => one.userId === kept.id && clashes.includes(one.eventId));
    merge.hidden = clashes.length > 0;
    const effect = find(".effect", place);
    effect.classList.toggle("notice", merge.hidden);
    effect.textContent = merge.hidden
      ? gettext("You can’t merge these accounts: both have a registration for {events}. If one is a draft, the person can sign in and delete it.", { events: events.map((one) => one.eventName).join(", ") })
      : gettext("All registrations move to {whoStays}. The person signs in to {whoStays} as before. {whoGoes} can’t sign in anymore and is deleted. We email the confirmed addresses of both.", { whoStays: kept.username, whoGoes: merged.username });
    compared.hidden = false;
    find("h2", compared).focus();
  });

  onSubmit(merge, async ({ reason }) => done(await send("POST", at, { from: other.id, reason }), other.id));
}

/** The account with exactly this username or email. */
async function findAccount(typed) {
  const folded = (name) => (name ?? "").trim().normalize("NFKC").toLowerCase();
  const { items } = await get(`/admin/users?${new URLSearchParams({ q: typed, limit: "100" })}`);
  const found = items.find(({ username, email }) => [username, email].map(folded).includes(folded(typed)));
  if (!found || !folded(typed)) throw new ApiError(422, { fields: { from: gettext("We couldn’t find this account. Enter its full username or email.") } });
  return found;
}

function showAccount(side, account, mailOf, registrations) {
  const facts = {
    username: account.username,
    name: [account.firstName, account.middleName, account.lastName].filter(Boolean).join(" "),
    email: mailOf(account),
    created: moment(account.createdAt),
  };
  for (const [name, fact] of Object.entries(facts)) find(`[data-of=${name}]`, side).textContent = fact || "–";
  const lines = registrations.map(({ eventName, status, reference }) =>
    make("div", {}, [eventName, word(status), reference].filter(Boolean).join(" · ")));
  find("[data-of=registrations]", side).replaceChildren(...(lines.length ? lines : ["–"]));
}
