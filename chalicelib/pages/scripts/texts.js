// What this page says, in the language it was made in.

const given = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang;

/** A text of this page; facts stand in it as {name}. */
export const say = (name, facts = {}) =>
  given.texts[name].replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);

/** A sentence of the service's, in this page's language. Its numbers are looked past. */
export function translated(sentence) {
  const numbers = sentence.match(/\d+/g) ?? [];
  const known = given.sentences[sentence.replace(/\d+/g, "#")];
  return known ? known.replace(/#/g, () => numbers.shift()) : sentence;
}

/** What people call a choice of the form, or a status. */
export const word = (choice) => given.words[choice] ?? choice;

const shown = (options) => {
  const format = new Intl.DateTimeFormat(language, options);
  return (time) => format.format(new Date(time));
};
export const clock = shown({ hour: "2-digit", minute: "2-digit" });
export const moment = shown({ dateStyle: "medium", timeStyle: "short" });
// A date is the same day wherever one reads it.
export const day = shown({ dateStyle: "long", timeZone: "UTC" });

/** A phone number as people here write it. */
export const phone = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "$1.$2.$3");
