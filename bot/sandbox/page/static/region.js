// A region of the page whose markup is replaced as a whole, while what the person did in it stays: the focus, what was
// typed or picked, and what was unfolded.
import DOMPurify from "dompurify";

const FOCUSABLE = "a, button, input, select, summary, textarea, [tabindex]";

function nameOf(control) {
  const element = control.closest("[data-action]");
  const surface = control.closest("[data-surface]");
  return element && `${surface?.dataset.surface} ${element.dataset.block} ${element.dataset.action}`;
}

function stateOf(control) {
  if (control.matches("input, textarea")) return control.value === control.defaultValue ? null : control.value;
  if (control.matches("select")) {
    const initial = [...control.options].find((option) => option.defaultSelected)?.value ?? "";
    return control.value === initial ? null : control.value;
  }
  const boxes = [...control.querySelectorAll("input[type=checkbox], input[type=radio]")];
  if (boxes.every((box) => box.checked === box.defaultChecked)) return null;
  return boxes.filter((box) => box.checked).map((box) => box.value);
}

function setState(control, state) {
  if (control.matches("input, textarea, select")) {
    control.value = state;
    return;
  }
  for (const box of control.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    box.checked = state.includes(box.value);
  }
}

/** What a fold or a menu is called, as long as its place in the region can tell. */
function foldsOf(root) {
  const folds = new Map();
  [...root.querySelectorAll("details:not(.has-menu)")].forEach((details, index) => folds.set(`fold ${index}`, details));
  for (const menu of root.querySelectorAll("details.has-menu")) {
    const name = menu.querySelector("summary").dataset.key ?? nameOf(menu);
    if (name) folds.set(name, menu);
  }
  return folds;
}

function focusWithin(root) {
  const active = document.activeElement;
  if (!root.contains(active) || active === root) return null;
  const element = active.closest("[data-action]");
  return {
    key: active.dataset.key,
    element: element && nameOf(element),
    choice: active.dataset.choice,
    index: [...root.querySelectorAll(FOCUSABLE)].indexOf(active),
    selection: active.matches("textarea") ? [active.selectionStart, active.selectionEnd] : null,
  };
}

function remember(root) {
  const controls = new Map();
  for (const control of root.querySelectorAll("[data-control]")) {
    const state = stateOf(control);
    if (state !== null) controls.set(nameOf(control), state);
  }
  const folds = new Map([...foldsOf(root)].map(([name, details]) => [name, details.open]));
  return { controls, folds, focus: focusWithin(root) };
}

function findFocus(root, focus) {
  const all = [...root.querySelectorAll(FOCUSABLE)];
  const sameKey = focus.key && all.find((one) => one.dataset.key === focus.key);
  const inElement = focus.element && all.filter((one) => one.closest("[data-action]") && nameOf(one) === focus.element);
  const sameChoice = inElement && (inElement.find((one) => one.dataset.choice === focus.choice) ?? inElement[0]);
  return sameKey || sameChoice || (focus.element ? root.querySelector("article") : all[focus.index]);
}

/** Whether a window has become one to fill in while nothing in particular had the focus: its opening chose a field. */
function beginsAnew(root, focus) {
  const active = document.activeElement;
  return !focus.key && !focus.element && root.contains(active) && active.closest("[data-control]") !== null;
}

function restore(root, kept) {
  for (const control of root.querySelectorAll("[data-control]")) {
    const state = kept.controls.get(nameOf(control));
    if (state !== undefined) setState(control, state);
  }
  for (const [name, details] of foldsOf(root)) details.open = kept.folds.get(name) ?? details.open;
  if (!kept.focus || beginsAnew(root, kept.focus)) return;
  const target = findFocus(root, kept.focus);
  target?.focus({ preventScroll: true });
  if (kept.focus.selection && target?.matches("textarea")) target.setSelectionRange(...kept.focus.selection);
}

export default {
  template: `<component :is="tag"></component>`,
  props: { tag: String, markup: String },
  mounted() {
    this.draw();
  },
  updated() {
    this.draw();
  },
  beforeUnmount() {
    this.tell("leaving");
  },
  methods: {
    draw() {
      if (this.markup === this.drawn) return;
      const kept = this.drawn === undefined ? null : remember(this.$el);
      this.tell("leaving");
      this.$el.innerHTML = DOMPurify.sanitize(this.markup, { ADD_ATTR: ["target"] });
      this.drawn = this.markup;
      this.tell("drawn");
      if (kept) restore(this.$el, kept);
    },
    tell(name) {
      this.$el.dispatchEvent(new CustomEvent(name, { bubbles: true }));
    },
  },
};
