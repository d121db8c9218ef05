// Composers: Enter sends, a slash offers commands, and what was begun stays with its conversation.
import { tell } from "./tell.js";

const drafts = {
  get: (key) => sessionStorage.getItem(`draft ${key}`) ?? "",
  set: (key, words) => sessionStorage.setItem(`draft ${key}`, words),
};

function formOf(target) {
  return target.closest?.("form[data-composer]");
}

function areaOf(form) {
  return form.querySelector("textarea");
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, innerHeight * 0.4)}px`;
}

function setWords(form, words) {
  const area = areaOf(form);
  area.value = words;
  area.setSelectionRange(words.length, words.length);
  changed(form);
}

function changed(form) {
  const area = areaOf(form);
  drafts.set(form.dataset.draft, area.value);
  form.classList.toggle("has-words", area.value.trim() !== "");
  grow(area);
  offer(form);
}

function send(form) {
  const text = areaOf(form).value.trim();
  if (!text) return;
  setWords(form, "");
  tell({ do: "send", text, thread: form.dataset.thread ?? null });
  areaOf(form).focus();
}

// -- commands -------------------------------------------------------------------------------------------------------

function listOf(form) {
  return form.querySelector("[role=listbox]");
}

function matching(form) {
  const typed = areaOf(form).value;
  if (!typed.startsWith("/") || typed.includes("\n")) return [];
  const [name] = typed.split(" ", 1);
  const isNamed = typed.includes(" ");
  const commands = JSON.parse(form.dataset.commands);
  return commands.filter((command) => (isNamed ? command.name === name : command.name.startsWith(name)));
}

function entry(list, command, index) {
  const item = list.appendChild(document.createElement("li"));
  item.id = `${list.id}-${index}`;
  item.setAttribute("role", "option");
  item.dataset.command = command.name;
  for (const [tag, words] of [["b", command.name], ["code", command.usage], ["small", command.description]]) {
    if (words) item.appendChild(document.createElement(tag)).textContent = words;
  }
}

function offer(form) {
  const list = listOf(form);
  const found = matching(form);
  list.replaceChildren();
  found.forEach((command, index) => entry(list, command, index));
  list.hidden = found.length === 0;
  areaOf(form).setAttribute("aria-expanded", String(found.length > 0));
  choose(form, areaOf(form).value.includes(" ") ? -1 : 0);
}

function choose(form, index) {
  const items = [...listOf(form).children];
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  if (items[index]) areaOf(form).setAttribute("aria-activedescendant", items[index].id);
  else areaOf(form).removeAttribute("aria-activedescendant");
}

function accept(form, item) {
  setWords(form, `${item.dataset.command} `);
  areaOf(form).focus();
}

function onKeydown(event) {
  const form = formOf(event.target);
  if (!form || event.isComposing || !event.target.matches("textarea")) return;
  const items = [...listOf(form).children];
  const chosen = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const isComplete = items[chosen]?.dataset.command === event.target.value;
  if (["ArrowDown", "ArrowUp"].includes(event.key) && chosen >= 0) {
    event.preventDefault();
    choose(form, (chosen + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length);
  } else if (event.key === "Tab" && !event.shiftKey && chosen >= 0) {
    event.preventDefault();
    accept(form, items[chosen]);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (chosen >= 0 && !isComplete) accept(form, items[chosen]);
    else send(form);
  } else if (event.key === "Escape" && !listOf(form).hidden) {
    event.preventDefault();
    listOf(form).hidden = true;
    choose(form, -1);
  }
}

// -- what the page's other parts may do -------------------------------------------------------------------------------

function composerOf(thread) {
  const forms = [...document.querySelectorAll("form[data-composer]")];
  return forms.find((form) => (form.dataset.thread ?? null) === thread);
}

/** Puts the cursor into the conversation's composer, or into a thread's, unless that would raise a keyboard. */
export function write(thread = null) {
  requestAnimationFrame(() => {
    const form = composerOf(thread);
    if (form && matchMedia("(pointer: fine)").matches) areaOf(form).focus();
  });
}

/** Puts a command into the composer, ready to be sent. */
export function tryOut(words) {
  const form = composerOf(null);
  if (!form) return;
  setWords(form, words);
  areaOf(form).focus();
}

/** Puts back what could not be sent, unless something else was begun in the meantime. */
export function restore(words, thread) {
  const form = composerOf(thread);
  if (form && areaOf(form).value === "") setWords(form, words);
}

/** Listens to all composers, those to come too. */
export function listenToComposers() {
  document.addEventListener("keydown", onKeydown);
  document.addEventListener("input", (event) => formOf(event.target) && changed(formOf(event.target)));
  document.addEventListener("submit", (event) => {
    if (!formOf(event.target)) return;
    event.preventDefault();
    send(formOf(event.target));
  });
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest("[data-command]");
    if (!item) return;
    event.preventDefault();
    accept(formOf(item), item);
  });
  document.addEventListener("drawn", (event) => {
    const form = event.target.querySelector("form[data-composer]");
    const draft = form && drafts.get(form.dataset.draft);
    if (draft && !areaOf(form).value) setWords(form, draft);
  });
}
