// Substitutes for functions that Safari 15 lacks, or that need cookies. See docs/clients.md.

/** A signal that aborts after some milliseconds. `AbortSignal.timeout` came with Safari 16. */
export function abortAfter(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/**
 * A channel to the other tabs. Without `BroadcastChannel` they learn of it with their next request.
 * @returns {any}
 */
export function channel(name) {
  if ("BroadcastChannel" in window) return new BroadcastChannel(name);
  return Object.assign(new EventTarget(), { postMessage(_message) {} });
}

/** Sends a form as a press of a button does, or of its first button. `requestSubmit` came with Safari 16. */
export function requestSubmit(form, button) {
  if (form.requestSubmit) form.requestSubmit(button);
  else form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

// The button that was pressed last. `SubmitEvent.submitter` came with Safari 15.4.
let pressed = null;
const note = (target) => (pressed = target.closest?.("button") ?? null);
document.addEventListener("click", (event) => note(event.target), { capture: true });

/** The button that sent a form; its first one where a key did. */
export function submitterOf(event) {
  if (event.submitter) return event.submitter;
  return pressed?.form === event.target ? pressed : event.target.querySelector("button:not([type=button])");
}

/** A random identifier. `crypto.randomUUID` came with Safari 15.4. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** This tab's storage; if cookies are blocked, it lasts only until the user leaves the page. */
export const tab = (() => {
  try {
    sessionStorage.getItem("");
    return sessionStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
      clear: () => kept.clear(),
    };
  }
})();

/** Whether the browser keeps cookies, which signing in needs. */
export function keepsCookies() {
  try {
    return navigator.cookieEnabled && typeof document.cookie === "string";
  } catch {
    return false;
  }
}
