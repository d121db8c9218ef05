// Menus: where they open, how the arrow keys go through them, and when they close.
const GAP = 4;
const MARGIN = 8;

function openMenu() {
  return document.querySelector("details.has-menu[open]");
}

/** Closes the open menu, and gives its opener the focus back if it was in the menu. Tells whether there was one. */
export function closeMenus() {
  const details = openMenu();
  if (!details) return false;
  const hadFocus = details.contains(document.activeElement);
  details.open = false;
  if (hadFocus) details.querySelector("summary").focus();
  return true;
}

/** Puts a menu where there is room for it: below its opener or above, and never beyond the window's edges. */
function place(details) {
  const menu = details.querySelector(":scope > .menu");
  const opener = details.querySelector("summary").getBoundingClientRect();
  menu.style.maxHeight = "";
  const { width, height } = menu.getBoundingClientRect();
  const below = innerHeight - opener.bottom - GAP - MARGIN;
  const above = opener.top - GAP - MARGIN;
  const opensBelow = height <= below || below >= above;
  const room = opensBelow ? below : above;
  const shown = Math.min(height, room);
  menu.style.maxHeight = `${room}px`;
  menu.style.top = `${opensBelow ? opener.bottom + GAP : opener.top - GAP - shown}px`;
  const left = details.matches(".message-menu") ? opener.right - width : opener.left;
  menu.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`;
}

function onToggle(event) {
  const details = event.target;
  if (!details.matches?.("details.has-menu") || !details.open) return;
  for (const other of document.querySelectorAll("details.has-menu[open]")) {
    if (other !== details) other.open = false;
  }
  place(details);
}

function onClick(event) {
  const details = openMenu();
  if (details && !details.contains(event.target)) details.open = false;
}

function onArrow(event) {
  if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const details = event.target.closest("details.has-menu[open]");
  if (!details || event.target.matches("select, textarea, [type=radio]")) return;
  const entries = [...details.querySelectorAll(".menu :is(a, button, input)")];
  const at = entries.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? (at + 1) % entries.length : (at <= 0 ? entries.length : at) - 1;
  event.preventDefault();
  entries[next]?.focus();
}

/** Listens to all menus, those to come too. */
export function listenToMenus() {
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onArrow);
  addEventListener("resize", closeMenus);
  document.addEventListener("scroll", (event) => !event.target.closest?.(".menu") && closeMenus(), true);
}
