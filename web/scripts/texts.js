// The texts of this page, in its language.

const given = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang;

/** A text in this page's language; values stand in it as {name}. A text without a translation is English. */
export const gettext = (text, values) => filled(given.texts[text] ?? text, values);

/** A text that is translated in a context. */
export const pgettext = (context, text, values) => filled(given.texts[`${context}\u0004${text}`] ?? text, values);

/** A text about a number of things: "1 registration", "5 registrations". */
export function ngettext(singular, plural, count, values) {
  const forms = given.texts[singular] ?? [singular, plural];
  const form = Math.min(CATEGORIES.indexOf(plurals.select(count)), forms.length - 1);
  return filled(forms[form], { count: numbers.format(count), ...values });
}

const filled = (text, values) => (values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text);

/** Returns the label of an enum value of the form, or of a status. */
export const word = (choice) => given.labels[choice] ?? choice;

// Spanish as it is written in the United States: with a 12-hour clock.
export const locale = { en: "en-US", es: "es-US" }[language] ?? language;
const plurals = new Intl.PluralRules(locale);
// In the order of gettext's plural forms. The last form is for all further categories.
/** @type {Intl.LDMLPluralRule[]} */
const ALL_CATEGORIES = ["zero", "one", "two", "few", "many", "other"];
const CATEGORIES = ALL_CATEGORIES.filter((one) => plurals.resolvedOptions().pluralCategories.includes(one));
const numbers = new Intl.NumberFormat(locale);

const formats = new Map();

/** A format, made once for each time zone. A browser that does not know the zone shows UTC, and says so. */
function formatted(time, options, timeZone) {
  const key = JSON.stringify([options, timeZone]);
  if (!formats.has(key)) {
    try {
      formats.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      formats.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
    }
  }
  return formats.get(key).format(new Date(time));
}

const HOUR = { hour: "numeric", minute: "2-digit" };
const NAMED = { ...HOUR, timeZoneName: "short" };

/** The time of day on this device. */
export const clock = (time) => formatted(time, HOUR);

/** A moment on this device's clock: for what has nothing to do with an event. */
export const moment = (time) => formatted(time, { dateStyle: "medium", timeStyle: "short" });

/** A moment of an event, in its time zone: "Aug 14, 2027, 11:59 PM CDT". */
export const momentOf = ({ timeZone }, time) =>
  formatted(time, { year: "numeric", month: "short", day: "numeric", ...NAMED }, timeZone);

/** A moment of an event in little space, in its time zone: "8/14/27, 11:59 PM". */
export const shortMomentOf = ({ timeZone }, time) => formatted(time, { year: "2-digit", month: "numeric", day: "numeric", ...HOUR }, timeZone);

/** A deadline of an event, in its time zone: "August 14, 2027 at 11:59 PM CDT". */
export const deadlineOf = ({ timeZone }, time) =>
  formatted(time, { year: "numeric", month: "long", day: "numeric", ...NAMED }, timeZone);

/** A date, which is the same day in every time zone. */
export const day = (date) => formatted(date, { dateStyle: "long" }, "UTC");

/** The date that it is now in an event's time zone, as events have their dates: "2027-09-19". */
export function today({ timeZone }) {
  const part = (name) => formatted(Date.now(), { [name]: name === "year" ? "numeric" : "2-digit" }, timeZone);
  return ["year", "month", "day"].map((name) => part(name).padStart(2, "0")).join("-");
}

/** A phone number as people write it: "(952) 445-1234", "+52 55 1234 5678", then its extension. */
export function phone(number) {
  const [whole, extension] = number.split(";ext=");
  const national = whole.match(/^\+1(\d{3})(\d{3})(\d{4})$/);
  const shown = national ? `(${national[1]}) ${national[2]}-${national[3]}` : whole.replace(/^\+[\d-]+$/, (all) => all.replaceAll("-", " "));
  return extension ? `${shown} ext. ${extension}` : shown;
}
