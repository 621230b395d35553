// The steps of a draft: the page shows one at a time, and its address names it.

import { answerList, formValues } from "./fields";
import { find, findAll, make, onPress, reach } from "./page";
import { form, hasChanges, isDraft, missingFields, state } from "./registration";
import { finishSaving, sendForm } from "./saving";
import { base } from "./service";
import { gettext } from "./texts";

const TEXT = "input:not([type=radio], [type=checkbox])";

const steps = findAll("[data-step]", form);
const last = steps[steps.length - 1];
let current = null; // null while the whole form is shown

const named = (name) => steps.find((step) => step.dataset.step === name);
const inAddress = () => named(location.hash.slice(1));
const beside = (distance) => steps[steps.indexOf(current) + distance];
const address = (step) => `#${step.dataset.step}`;

/** Shows a draft in steps: the step in the address, or the first one that isn't finished. */
export function startSteps() {
  for (const field of findAll(TEXT, form)) field.enterKeyHint = "next";
  // A merge with changes from elsewhere shows the form again, and the applicant stays where they are.
  open(inAddress() ?? current ?? (state.record ? unfinished() : steps[0]));
  history.replaceState(null, "", address(current));
}

/** Shows the whole form, as for a change of what was submitted. */
export function stopSteps() {
  current = null;
  for (const step of steps) step.hidden = false;
  for (const id of ["progress", "check", "next", "previous", "exit", "send"]) find(`#${id}`).hidden = true;
  find("#beginning").hidden = false;
}

/** The first step without a required answer, or the review. */
function unfinished() {
  const missing = Object.keys(missingFields());
  return steps.find((step) => missing.some((name) => find(`[name="${name}"]`, step))) ?? last;
}

function open(step) {
  current = step;
  for (const one of steps) one.hidden = one !== step;
  const number = steps.indexOf(step) + 1;
  find("#step").textContent = gettext("{number} of {count} · {step}", { number, count: steps.length, step: step.dataset.label });
  for (const link of findAll("#progress a")) link.ariaCurrent = link.hash === address(step) ? "step" : null;
  find("#progress").hidden = find("#exit").hidden = false;
  find("#previous").hidden = number === 1;
  find("#beginning").hidden = number !== 1;
  find("#next").hidden = step === last;
  find("#check").hidden = find("#send").hidden = step !== last;
  if (step === last) showAnswers();
}

/** Goes to a step, as a page that Back leads away from. */
function go(step) {
  if (step !== current) history.pushState(null, "", address(step));
  open(step);
  scrollTo(0, 0);
}

/** Goes to a step and to its first question, if that is a text which isn't there yet. */
function goAndType(step) {
  go(step);
  const first = find("[name]", step);
  if (first.matches(TEXT) && !first.value) first.focus();
  else find("#step").focus({ preventScroll: true });
}

/** Shows all answers for a last look, by step, and the required ones that are missing. */
function showAnswers() {
  const missing = Object.entries(missingFields()).filter(([name]) => !find(`[name="${name}"]`, last));
  const lines = missing.map(([name, said]) => {
    const link = make("a", { href: address(steps.find((step) => find(`[name="${name}"]`, step))) }, said);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      reach(find(`[name="${name}"]`, form));
    });
    return make("li", {}, link);
  });
  const values = formValues(form);
  const parts = steps.slice(0, -1).map((step) => make("section", {},
    make("div", { class: "heading" }, make("h2", {}, step.dataset.label), make("a", { class: "button", href: address(step), "aria-label": gettext("Edit: {step}", { step: step.dataset.label }) }, gettext("Edit"))),
    make("dl", {}, ...answerList(step, values))));
  const note = lines.length ? [make("div", { class: "notice" }, make("p", {}, gettext("Before you can submit:")), make("ul", {}, ...lines))] : [];
  find("#check").replaceChildren(...note, ...parts);
}

find("#next").addEventListener("click", () => goAndType(beside(1)));
find("#previous").addEventListener("click", () => goAndType(beside(-1)));

// Back, Forward, a link to a step, and an address that was typed. Other fragments are no steps.
window.addEventListener("hashchange", () => {
  const step = inAddress();
  if (!current || !step || step === current) return;
  open(step);
  find("#step").focus();
});

// The list of errors stays above the steps until each has been fixed.
form.addEventListener("input", ({ target }) => {
  const field = target.closest(".field");
  for (const link of findAll(".problems a", form)) {
    if (field.contains(document.getElementById(link.hash.slice(1)))) link.parentElement.remove();
  }
});

form.addEventListener("reach", ({ target }) => current && go(target.closest("[data-step]")));

// The key that a phone calls “next” goes to the next empty text of the step, then to the next step.
form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !current || !field.matches(TEXT)) return;
  event.preventDefault();
  const all = findAll(`${TEXT}, select`, current);
  const next = all.slice(all.indexOf(field) + 1).find((one) => !one.value);
  if (next) next.focus();
  else if (current !== last) goAndType(beside(1));
});

onPress(find("#exit"), async () => {
  await finishSaving();
  if (isDraft() && hasChanges()) await sendForm();
  if (isDraft()) location.assign(`${base}/`);
});
