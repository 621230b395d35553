// Answers that follow from others. An answer that was given stays.

import { find } from "./page";
import { form } from "./registration";

// The first three digits of ZIP codes, by state: a range ends where the next one begins (USPS Publication 65).
const STATES = "005NY006PR008VI009PR010MA028RI030NH039ME050VT055MA056VT060CT070NJ090AE100NY150PA197DE200DC201VA202DC206MD220VA247WV270NC290SC300GA320FL340AA341FL350AL370TN386MS398GA400KY430OH460IN480MI500IA530WI550MN569DC570SD580ND590MT600IL630MO660KS680NE700LA716AR730OK733TX734OK750TX800CO820WY832ID840UT850AZ870NM885TX889NV900CA962AP967HI969GU970OR980WA995AK";

/** The state of a ZIP code; undefined for a text that isn't one. */
function stateOf(zipCode) {
  if (!/^\d{5}/.test(zipCode)) return undefined;
  const ranges = STATES.match(/.{5}/g).filter((range) => range.slice(0, 3) <= zipCode.slice(0, 3));
  return ranges.pop()?.slice(3);
}

form.addEventListener(
  "input",
  ({ target }) => {
    const { zipCode, state, prevExp } = form.elements;
    if (target === zipCode && !state.value) state.value = stateOf(zipCode.value.trim()) ?? "";
    const hasWorked = ["prevEventExp", "prevVendorExp"].includes(target.name) && target.value === "true";
    if (hasWorked && !prevExp.value) find("[name=prevExp][value=true]", form).checked = true;
  },
  { capture: true },
);
