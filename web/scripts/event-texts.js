// What people read about an event: staff type it in each language.

import { findAll } from "./page";

const NAMES = ["description", "pay", "address", "hours", "contact"];

/** An event's texts, by the names of the controls. */
export const textControls = (texts) =>
  Object.fromEntries(texts.flatMap(({ language, ...given }) => NAMES.map((name) => [`${language}-${name}`, given[name] ?? undefined])));

/** The values of a form, with the texts as the service has them. */
export function readTexts(form, values) {
  const given = { ...values };
  const texts = findAll("[data-texts]", form).map(({ dataset }) => {
    const own = NAMES.map((name) => [name, given[`${dataset.texts}-${name}`] ?? null]);
    for (const name of NAMES) delete given[`${dataset.texts}-${name}`];
    return { language: dataset.texts, ...Object.fromEntries(own) };
  });
  return { ...given, texts };
}
