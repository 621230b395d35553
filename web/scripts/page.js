// Functions for every page: elements, field errors, and one action at a time.

import { announce, announceUnlessReplaced } from "./announcement";
import { saveInput } from "./preserve-input";
import { channel, keepsCookies, requestSubmit, submitterOf } from "./compat";
import { base, ApiError, NetworkError } from "./service";
import { gettext, ngettext } from "./texts";

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Creates an element. Its content is always text, never markup. */
export function make(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...content);
  return made;
}

/** Shows or hides elements by what they are named in `data-part`. */
export function show(...parts) {
  announce("");
  for (const element of findAll("[data-part]")) element.hidden = !parts.includes(element.dataset.part);
}

/** Shows a message, also to screen readers. It disappears by itself, unless it is an error. */
export { announce } from "./announcement";

/** Returns the message of an error. */
export function sentence(error) {
  if (error instanceof ApiError) {
    if (error.status === 429) return `${messageOf(error)} ${wait(error.retryAfter)}`;
    const said = Object.values(error.fields).join(" ") || messageOf(error);
    if (said) return said;
  } else if (!(error instanceof NetworkError)) throw error;
  return gettext("We can’t reach the service. What you typed is still here. Check your connection and try again.");
}

/** Returns the message of an error response, in the language of this page.

    The service never translates the first two, which an existing front end compares. API Gateway's own responses, in
    English only, have no language.
*/
function messageOf({ code, language, message }) {
  if (code === "not_signed_in") return gettext("You’re signed out. Sign in to continue.");
  if (code === "incorrect_credentials") return gettext("The username or password is incorrect.");
  if (!language && code === "too_many_attempts") return gettext("Too many attempts.");
  if (!language && code === "unavailable") return gettext("The service isn’t responding right now. Try again in a moment.");
  return message;
}

function wait(seconds) {
  if (seconds > 90) return ngettext("Try again in {count} minute.", "Try again in {count} minutes.", Math.ceil(seconds / 60));
  return ngettext("Try again in {count} second.", "Try again in {count} seconds.", Math.max(1, seconds));
}

// An error disappears when the user changes the text. The page checks the new text later.
document.addEventListener("input", ({ target }) => {
  const field = target instanceof Element && target.closest(".field");
  if (field) clearProblems(field);
});

/** Removes the errors of a form or of one field. */
export function clearProblems(form) {
  for (const said of findAll(".problem, .problems", form)) said.remove();
  for (const control of findAll("[aria-invalid]", form)) {
    control.removeAttribute("aria-invalid");
    const described = control.getAttribute("aria-describedby")?.split(" ") ?? [];
    const kept = described.filter((id) => !id.endsWith("-problem")).join(" ");
    if (kept) control.setAttribute("aria-describedby", kept);
    else control.removeAttribute("aria-describedby");
  }
}

/** Shows each field's error next to it; returns the errors whose fields this form does not have. */
export function markProblems(form, problems) {
  const others = {};
  for (const [path, said] of Object.entries(problems)) {
    const name = path.replace(/^form\./, "").replace(/\..*/, "");
    const controls = findAll(`[name="${CSS.escape(name)}"]`, form);
    const field = controls[0]?.closest(".field");
    if (!field) {
      others[path] = said;
      continue;
    }
    const id = `${controls[0].id || name}-problem`;
    if (!document.getElementById(id)) {
      field.append(make("p", { class: "problem", id }, said));
    }
    for (const control of controls) {
      control.setAttribute("aria-invalid", "true");
      const described = control.getAttribute("aria-describedby");
      control.setAttribute("aria-describedby", described ? `${described} ${id}` : id);
    }
  }
  return others;
}

/** Returns the label of a control's field, without hints. */
export function labelOf(control) {
  const field = control.closest(".field");
  const said = find("legend", field) ?? find("label", field);
  const own = [...said.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return own.map((node) => node.textContent).join("").trim();
}

/** A message with the name of its field: "City: …". A question keeps its own mark. */
export function withLabel(control, message) {
  const label = labelOf(control).replace(/\.$/, "");
  return `${label}${label.endsWith("?") ? "" : ":"} ${message}`;
}

// No field truncates pasted text. A text that is too long gets an error at its field before the request.

/** The length of a text as the service counts it: characters, composed. */
export const lengthOf = (text) => [...text.normalize("NFC")].length;

/** The most characters that a field accepts. */
export const longestOf = (control) => Number(control.dataset.maxLength);

/** Returns an error for each field of a form whose text is too long. */
function tooLong(form) {
  const problems = {};
  for (const control of findAll("[data-max-length]", form)) {
    const isPassword = /password/.test(control.autocomplete);
    const count = lengthOf(isPassword ? control.value : control.value.trim());
    const longest = longestOf(control);
    if (count > longest) problems[control.name] = gettext("Use {longest} characters or fewer. You entered {count}.", { longest, count });
  }
  return problems;
}

document.addEventListener(
  "submit",
  (event) => {
    const fields = tooLong(event.target);
    if (!Object.keys(fields).length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    showProblems(event.target, new ApiError(422, { fields }));
  },
  { capture: true },
);

/** Lists all errors at the top of a form, each with a link to its field, and moves the focus there. */
export function showProblems(form, error) {
  clearProblems(form);
  const problems = error.fields ?? {};
  const others = markProblems(form, problems);
  const items = findAll(".problem", form).map((said) => {
    const field = said.closest(".field");
    const control = find("input, select, textarea", field);
    control.id ||= `${control.name}-first`;
    // The error of a missing answer names its field already.
    const isWhole = find(".needed", field)?.dataset.missing === said.textContent;
    const link = make("a", { href: `#${control.id}`, onclick: goTo }, isWhole ? said.textContent : withLabel(control, said.textContent));
    return make("li", {}, link);
  });
  items.push(...Object.values(others).map((said) => make("li", {}, said)));
  const head = make(
    "div",
    { class: "problems", role: "alert", tabindex: "-1" },
    make("p", {}, Object.keys(problems).length ? gettext("There is a problem. Fix the following:") : sentence(error)),
    ...(items.length ? [make("ul", {}, ...items)] : []),
  );
  form.prepend(head);
  head.focus();
  head.scrollIntoView({ block: "start" });
}

function goTo(event) {
  event.preventDefault();
  reach(document.getElementById(event.target.hash.slice(1)));
}

/** Moves the focus to a control. A form in steps shows the control's step first. */
export function reach(control) {
  control.dispatchEvent(new Event("reach", { bubbles: true }));
  control.focus();
}

/** Runs a function for an element, one call at a time, and shows its error. */
async function runOnce(element, act, showError) {
  if (element.ariaBusy === "true") return;
  element.ariaBusy = "true";
  announce("");
  try {
    await act();
  } catch (error) {
    if (!leaving(error)) showError(error);
  } finally {
    element.ariaBusy = "false";
  }
}

/** Runs a function when the user submits a form, one call at a time, and shows its error. */
export function onSubmit(form, act) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const submit = () => {
      clearProblems(form);
      return act(Object.fromEntries(new FormData(form)), submitterOf(event));
    };
    runOnce(form, submit, (error) => showProblems(form, error));
  });
  // The user submitted it before this script ran: it is submitted again once the page's script has run to its end.
  const held = /** @type {any} */ (window).heldSubmission;
  if (held?.target === form) {
    setTimeout(() => {
      form.ariaBusy = "false";
      requestSubmit(form, held.submitter);
    });
  }
}

/** Runs a function when the user presses a button, in the same way. */
export function onPress(button, act) {
  button.addEventListener("click", () => runOnce(button, act, (error) => announce(sentence(error), "wrong")));
}

/** Reads a list again after a change, and then shows the message.

    Until then the form or button is busy and ignores a second press, so that the message says that it takes the next one.
    If the user has done something else meanwhile, the message of that stays.
*/
export async function announceAfter(said, readAgain) {
  const show = announceUnlessReplaced();
  try {
    await readAgain();
  } finally {
    show(said);
  }
}

// All tabs share one session: a tab tells the others when the user signs in or out.
export const news = channel("breeze-lakes-point");
export const SIGNED_OUT = "signed out"; // anything else is the account that has signed in

// A page for signed-in users sets the function to call when the session has ended.
let onSignedOut = () => false;
export const whenSignedOut = (act) => (onSignedOut = act);
const leaving = (error) => error.isSignedOut && onSignedOut();

/** Loads this page again. Pages that ask before they are left do not ask now: they come back as they are. */
export function reload() {
  window.dispatchEvent(new Event("leaving"));
  location.reload();
}

/** Asks before an action that cannot be undone; returns the typed text, or null if the user cancels. */
export const confirmed = (question, yes, ...fields) => choose({ question, yes }, ...fields);

/** Asks a question in a dialog with a button for each answer.

    `danger` shows that a yes loses something. Gives the values of `fields` for a yes, null for a no.
*/
export function choose({ question, yes, no = gettext("Cancel"), danger = false }, ...fields) {
  const form = make(
    "form",
    { method: "dialog" },
    make("p", { id: "question" }, question),
    ...fields,
    make("p", { class: "actions" },
      make("button", { value: "yes", class: danger ? "danger" : "strong" }, yes),
      make("button", { value: "", formnovalidate: true, class: "quiet" }, no)),
  );
  const dialog = make("dialog", { "aria-labelledby": "question" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    const close = (answer) => {
      resolve(answer ? Object.fromEntries(new FormData(form)) : null);
      dialog.remove();
    };
    if (dialog.showModal) {
      dialog.addEventListener("close", () => close(dialog.returnValue));
      dialog.showModal();
      return;
    }
    // Safari before 15.4 has no dialogs: the page shows the question at its end.
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("open", "");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close(submitterOf(event)?.value);
    });
    find("button", form).focus();
    dialog.scrollIntoView();
  });
}

// Tells `start` that this script runs.
document.documentElement.dataset.scripts = "running";

if (!keepsCookies()) {
  find("main").prepend(make("p", { class: "problems", role: "alert", id: "cookies-blocked" }, gettext("Your browser blocks cookies, and you can’t sign in without them. Allow cookies for this site in your browser’s settings, then reload this page.")));
}

for (const button of findAll("[data-language]")) {
  button.addEventListener("click", () => {
    // Without a slash at its end: below `/api/` lies `/api/me`, but not `/api` (RFC 6265, 5.1.4).
    const path = base || "/";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    if (!keepsCookies()) return; // the choice would be lost, and the message says why
    const set = (value, where, seconds) =>
      (document.cookie = `BREEZE_LAKES_POINT_LANGUAGE=${value}; Path=${where}; Max-Age=${seconds}; SameSite=Lax${secure}`);
    // Earlier versions set it with that slash. Such a one is another cookie, and comes first.
    if (base) set("", `${base}/`, 0);
    set(button.dataset.language, path, 31536000);
    saveInput();
    reload();
  });
}
