import { announce, confirmed, find, make, onPress } from "./page";
import { send } from "./service";
import { deadlineOf, gettext } from "./texts";

/** Shows the spot that's offered, if any, with two buttons; `answered` gets the registration as it is then. */
export function showOffer(shown, { eventId, offer }, event, answered) {
  shown.hidden = !offer;
  if (!offer) return;
  const path = `/registrations/${eventId}`;
  const button = (kind, text, answer, said, sure = async () => true) => {
    const made = make("button", { class: kind }, text);
    onPress(made, async () => {
      if (!(await sure())) return;
      try {
        answered(await send("POST", `${path}/offer/${answer}`));
        announce(said);
      } catch (error) {
        if (error.code === "offer_expired") answered(await send("GET", path));
        throw error;
      }
    });
    return made;
  };
  const sure = () => confirmed(gettext("Decline the spot? This withdraws your registration."), gettext("Decline"));
  find("p", shown).textContent = gettext("A spot is free for you. Accept or decline it by {moment}.", { moment: deadlineOf(event, offer.until) });
  find(".actions", shown).replaceChildren(
    button("strong", gettext("Accept the spot"), "accept", gettext("The spot is yours.")),
    button("quiet", gettext("Decline"), "decline", gettext("You declined the spot."), sure),
  );
}
