import { announce, confirmed, find, make, onPress } from "./page";
import { send } from "./service";
import { deadlineOf, say } from "./texts";

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
  const sure = () => confirmed(say("declineSure"), say("declineOffer"));
  find("p", shown).textContent = say("offerUntil", { moment: deadlineOf(event, offer.until) });
  find(".actions", shown).replaceChildren(
    button("strong", say("acceptOffer"), "accept", say("offerAccepted")),
    button("quiet", say("declineOffer"), "decline", say("offerDeclined"), sure),
  );
}
