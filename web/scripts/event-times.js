// Times of an event as staff type them: in the event's time zone, not the browser's.

const DAY = 86_400_000; // milliseconds
const PLACES = /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//;
// First in the list. Browsers that cannot list time zones (Safari before 15.4) offer no others.
const IN_THE_UNITED_STATES = [
  ...["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"],
  ...["America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"],
];

/** The time zones to choose from. */
export function timeZones() {
  const all = Intl.supportedValuesOf?.("timeZone") ?? [];
  return [...new Set([...IN_THE_UNITED_STATES, ...all.filter((zone) => PLACES.test(zone))])];
}

/** The zone by whose clock times are typed: UTC where this browser does not know the event's. */
export function knownZone(timeZone) {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone && timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "UTC";
  }
}

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
function offset(timeZone, instant) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const at = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - instant;
}

/** A moment as a control for local time holds it, by the clock of a zone. */
export function localTime(time, timeZone) {
  const instant = Date.parse(time);
  const local = new Date(instant + offset(timeZone, instant)).toISOString();
  return local.slice(0, local.slice(17, 19) === "00" ? 16 : 19);
}

/** A local date, or date and time, a year later: February 29 becomes the 28th. */
export function nextYear(local) {
  const rest = local.slice(4).replace("-02-29", "-02-28");
  return `${String(Number(local.slice(0, 4)) + 1).padStart(4, "0")}${rest}`;
}

/** The moments at which the clock of a zone shows a local time.

    None when clocks go forward past it in spring, two when they go back over it in autumn.
*/
export function instantsAt(local, timeZone) {
  const asIfUtc = Date.parse(`${local}Z`);
  const offsets = new Set([asIfUtc - DAY, asIfUtc + DAY].map((instant) => offset(timeZone, instant)));
  return [...offsets]
    .map((ahead) => asIfUtc - ahead)
    .filter((instant) => instant + offset(timeZone, instant) === asIfUtc)
    .map((instant) => `${new Date(instant).toISOString().slice(0, 19)}Z`);
}
