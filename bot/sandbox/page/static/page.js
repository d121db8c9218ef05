// The page's script: what the person does becomes an event for the server, what the server tells becomes visible.
// `data-do` marks what is done with one click; the other attributes belong to the modules below.
import { listenToElements, settle, suggest } from "./elements.js";
import { listenToComposers, restore, tryOut, write } from "./composer.js";
import { closeMenus, listenToMenus } from "./menus.js";
import { listenToTables } from "./tables.js";
import { tell } from "./tell.js";

function isNavOpen() {
  return document.body.classList.contains("nav-open");
}

function toggleNav(isOpen) {
  document.body.classList.toggle("nav-open", isOpen);
  if (isOpen) document.querySelector(".sidebar [aria-current]")?.focus();
}

async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
}

function onClick(event) {
  const target = event.target;
  const marked = target.closest("[data-do]");
  if (marked) {
    const { do: name, key, ...details } = marked.dataset;
    closeMenus();
    if (marked.closest(".sidebar")) toggleNav(false);
    tell({ do: name, ...details });
  } else if (target.closest("[data-nav]")) {
    toggleNav(!isNavOpen());
  } else if (target.closest("[data-copy]")) {
    copy(target.closest("[data-copy]"));
  } else if (target.closest("[data-try]")) {
    tryOut(target.closest("[data-try]").dataset.try);
  } else if (target.closest("[data-hide]")) {
    hide(target.closest("[data-hide]").dataset.hide);
  } else if (isNavOpen() && !target.closest(".sidebar")) {
    toggleNav(false);
  }
}

function onKeydown(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog:modal")) return;
  if (closeMenus()) return;
  if (isNavOpen()) {
    toggleNav(false);
    document.querySelector("[data-nav]").focus();
  } else if (document.querySelector(".window.has-pane")) {
    tell({ do: "close_pane" });
    write();
  }
}

function onSubmit(event) {
  const form = event.target;
  if (!["happen", "mood"].includes(form.dataset.form)) return;
  event.preventDefault();
  const filled = Object.fromEntries(new FormData(form, event.submitter));
  tell({ do: form.dataset.form, ...form.dataset, ...filled });
}

function hide(what) {
  localStorage.setItem(`hide-${what}`, "yes");
  showHideable(document);
  write();
}

function showHideable(root) {
  for (const hideable of root.querySelectorAll("[data-hideable]")) {
    hideable.hidden = localStorage.getItem(`hide-${hideable.dataset.hideable}`) !== null;
  }
}

/** Opens what was drawn as a dialog; one to fill in begins at its first field, unless that would raise a keyboard. */
function openDialogs(root) {
  for (const dialog of root.querySelectorAll("dialog[data-modal]:not([open])")) {
    dialog.showModal();
    if (matchMedia("(pointer: fine)").matches) dialog.querySelector(".input :is(input, select, textarea, summary)")?.focus();
  }
}

/** Closes the windows that go, so that the focus is again where it was before them, or else in the composer. */
function onLeaving(event) {
  const dialogs = event.target.querySelectorAll("dialog[open]");
  for (const dialog of dialogs) dialog.close();
  if (dialogs.length && document.activeElement === document.body) write();
}

function onDrawn(event) {
  const heading = event.target.querySelector("[data-place]");
  if (heading) at(heading.dataset);
  showHideable(event.target);
  openDialogs(event.target);
  const item = event.target;
  if (item.matches(".timeline > li") && item === item.parentElement.lastElementChild) keepUp(item.closest(".timeline"));
}

/** Offers the way down to someone who reads further up while something new comes. */
function keepUp(list) {
  const scroller = list.parentElement;
  if (scroller.scrollTop > -120) return;
  scroller.classList.add("has-news");
  const arrive = () => {
    if (scroller.scrollTop > -40) {
      scroller.classList.remove("has-news");
      scroller.removeEventListener("scroll", arrive);
    }
  };
  scroller.addEventListener("scroll", arrive);
}

let sayTimer;
function say(words) {
  const place = document.querySelector("[data-said]") ?? document.body.appendChild(document.createElement("output"));
  place.dataset.said = "";
  place.className = "said";
  place.textContent = words;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => (place.textContent = ""), 3000);
}

/** Lets the address tell who looks at what as soon as it is shown, so that a reload shows the same. */
function at({ person, place, title }) {
  const address = new URL(location.href);
  address.search = new URLSearchParams({ as: person, in: place });
  history.replaceState(history.state, "", address);
  document.title = `${title} · Sandbox workspace`;
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKeydown);
document.addEventListener("submit", onSubmit);
document.addEventListener("drawn", onDrawn);
document.addEventListener("leaving", onLeaving);
listenToMenus();
listenToElements();
listenToComposers();
listenToTables();
showHideable(document);
openDialogs(document);

window.sandbox = { restore, say, settle, suggest, write };
