// Leads to the OpenID Connect providers with which people can sign in.

import { make, onPress } from "./page";
import { send } from "./service";
import { gettext } from "./texts";

/** Shows a button for each provider in an element; nothing if the stage has none.

    `purpose` says what the user goes there for, and `next` is the path of the page to go to afterwards.
*/
export function showProviders(place, purpose, next) {
  for (const { name, label } of JSON.parse(place.dataset.providers)) {
    const button = make("button", { type: "button", class: "quiet" }, gettext("Continue with {provider}", { provider: label }));
    onPress(button, async () => {
      const { location: there } = await send("POST", `/signin/providers/${name}`, { purpose, next });
      location.assign(there);
    });
    place.append(make("p", { class: "actions" }, button));
    place.hidden = false;
  }
}
