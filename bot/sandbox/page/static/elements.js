// Block Kit's elements: pressing, picking, confirming, filling in, and waiting for what comes of it.
import DOMPurify from "dompurify";
import { tell } from "./tell.js";

const SUGGEST_AFTER_MS = 300;

const waiting = new Map();
let lastTicket = 0;

function takeTicket(control) {
  lastTicket += 1;
  waiting.set(lastTicket, control);
  return lastTicket;
}

function surfaceOf(element) {
  return element.closest("[data-surface]");
}

/** What stands in a control, null if nothing does; see `Choice` in person.py. */
function choiceIn(control) {
  if (control.matches("input, select, textarea")) return control.value || null;
  const checked = [...control.querySelectorAll("input:is([type=checkbox], [type=radio]):checked")];
  const values = checked.map((box) => box.value);
  return control.querySelector("input[type=radio]") || control.matches(".single") ? (values[0] ?? null) : values;
}

function inputsOf(surface) {
  const inputs = {};
  for (const control of surface.querySelectorAll("[data-control]")) {
    const { block, action } = control.closest("[data-action]").dataset;
    (inputs[block] ??= {})[action] = choiceIn(control);
  }
  return inputs;
}

function act(element, choice, busy) {
  const surface = surfaceOf(element);
  if (!surface) return;
  surface.querySelectorAll("[data-action-error]").forEach((place) => (place.textContent = ""));
  busy.setAttribute("aria-busy", "true");
  const { block, action } = element.dataset;
  const inputs = inputsOf(surface);
  tell({ do: "act", surface: surface.dataset.surface, block, action, choice, inputs, ticket: takeTicket(busy) });
}

/** Asks first where the app wants that, and acts if the answer is yes. */
function confirmThenAct(element, choice, busy) {
  const dialog = element.querySelector(":scope > dialog.confirm");
  if (!dialog) {
    act(element, choice, busy);
    return;
  }
  dialog.showModal();
  dialog.onclick = ({ target }) => {
    const answer = target.closest("[data-answer]")?.dataset.answer;
    if (!answer) return;
    dialog.close();
    busy.focus();
    if (answer === "confirm") act(element, choice, busy);
  };
}

function onClick(event) {
  const pressed = event.target.closest("[data-press], [data-choice]");
  if (pressed && pressed.getAttribute("aria-busy") !== "true") {
    const menu = pressed.closest("details.has-menu");
    if (menu) menu.open = false;
    const busy = menu?.querySelector("summary") ?? pressed;
    busy.focus();
    confirmThenAct(pressed.closest("[data-action]"), pressed.dataset.choice ?? null, busy);
  }
  const leaving = event.target.closest("[data-leave]");
  if (leaving) leave(leaving.closest("dialog"), leaving.dataset.leave === "all");
}

function leave(dialog, clear) {
  const surface = dialog.dataset.surface;
  tell(surface ? { do: "leave", surface, clear } : { do: "hide_raw" });
}

function onChange(event) {
  const control = event.target.closest("[data-control]");
  const element = control?.closest("[data-action][data-dispatches]");
  if (!element || control.matches("details") || isTyped(element)) return;
  confirmThenAct(element, choiceIn(control), control);
}

function isTyped(element) {
  return /_text_input$|^number_input$|^rich_text_input$/.test(element.dataset.kind);
}

function onEnter(event) {
  const element = event.target.closest("[data-action]");
  if (event.key !== "Enter" || !element || !event.target.matches("input[data-control]")) return;
  if (element.dataset.dispatches === undefined || !isTyped(element)) return;
  event.preventDefault();
  act(element, choiceIn(event.target), event.target);
}

/** Menus of several choices act when they are folded again, if anything in them has changed. */
function onToggle(event) {
  const details = event.target;
  if (!details.matches?.("details[data-control]")) return;
  const now = JSON.stringify(choiceIn(details));
  if (details.open) {
    details.dataset.before = now;
    details.querySelector("input")?.focus();
  } else if (details.dataset.before !== now && details.closest("[data-dispatches]")) {
    confirmThenAct(details.closest("[data-action]"), choiceIn(details), details.querySelector("summary"));
  }
}

function onBoxChange(event) {
  const details = event.target.closest("details[data-control]");
  if (!details || !event.target.matches("[type=checkbox], [type=radio]")) return;
  const most = Number(details.dataset.most ?? Infinity);
  if (event.target.type === "checkbox" && choiceIn(details).length > most) event.target.checked = false;
  const summary = details.querySelector("summary");
  const labels = [...details.querySelectorAll("label:has(:checked)")].map((label) => label.textContent.trim());
  summary.textContent = labels.join(", ") || summary.dataset.placeholder;
  if (event.target.type === "radio") details.open = false;
}

let suggestTimer;
function onTyping(event) {
  if (!event.target.matches("[data-suggest]")) return;
  clearTimeout(suggestTimer);
  const typed = event.target.value;
  const details = event.target.closest("details");
  if (typed.length < Number(details.dataset.least)) return;
  const { block, action } = event.target.closest("[data-action]").dataset;
  const surface = surfaceOf(event.target).dataset.surface;
  suggestTimer = setTimeout(
    () => tell({ do: "suggest", surface, block, action, typed, ticket: takeTicket(details) }),
    SUGGEST_AFTER_MS,
  );
}

function onSubmit(event) {
  if (event.target.dataset.form !== "submit") return;
  event.preventDefault();
  const dialog = surfaceOf(event.target);
  const button = event.target.querySelector("button[type=submit]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  tell({ do: "submit", surface: dialog.dataset.surface, inputs: inputsOf(dialog), ticket: takeTicket(button) });
}

function onCancel(event) {
  if (!event.target.matches("dialog[data-modal]")) return;
  event.preventDefault();
  leave(event.target, false);
}

/** Ends the wait for an action: says what went wrong with it, if anything did. */
export function settle(ticket, notice, inputErrors = {}) {
  const control = waiting.get(ticket);
  waiting.delete(ticket);
  control?.removeAttribute("aria-busy");
  const surface = control && surfaceOf(control);
  if (!surface) return;
  const place = surface.querySelector("[data-action-error]");
  if (place) place.textContent = notice ?? "";
  for (const place of surface.querySelectorAll("[data-error-for]")) {
    place.textContent = inputErrors[place.dataset.errorFor] ?? "";
  }
  const first = [...surface.querySelectorAll("[data-error-for]")].find((one) => one.textContent);
  first?.closest(".input").querySelector("input, select, textarea, summary")?.focus();
}

/** Shows the choices that the app offers for what was typed; those picked already stay. */
export function suggest(ticket, markup) {
  const details = waiting.get(ticket);
  waiting.delete(ticket);
  const place = details?.querySelector("[data-suggestions]");
  if (!place) return;
  const kept = [...place.querySelectorAll("label:has(:checked)")];
  place.innerHTML = DOMPurify.sanitize(markup);
  const values = new Set(kept.map((label) => label.querySelector("input").value));
  for (const label of place.querySelectorAll("label")) {
    if (values.has(label.querySelector("input").value)) label.remove();
  }
  place.prepend(...kept);
}

/** Listens to everything that can happen to elements anywhere on the page. */
export function listenToElements() {
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  document.addEventListener("change", onBoxChange);
  document.addEventListener("keydown", onEnter);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("input", onTyping);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("cancel", onCancel, true);
}
