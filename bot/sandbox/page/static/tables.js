// Data tables: sorted by a click on a column, filtered by what is typed, a page at a time.

function rowsOf(table) {
  return [...table.querySelectorAll("tbody tr")];
}

function show(table, page) {
  const size = Number(table.dataset.pageSize);
  const words = (table.querySelector("[data-filter]")?.value ?? "").toLowerCase();
  const found = rowsOf(table).filter((row) => row.textContent.toLowerCase().includes(words));
  const last = Math.max(0, Math.ceil(found.length / size) - 1);
  const at = Math.min(Math.max(0, page), last);
  const shown = new Set(found.slice(at * size, (at + 1) * size));
  for (const row of rowsOf(table)) row.hidden = !shown.has(row);
  table.dataset.page = at;
  const first = found.length ? at * size + 1 : 0;
  table.querySelector("[data-range]").textContent = `${first}–${at * size + shown.size} of ${found.length}`;
  table.querySelector("[data-page='-1']").disabled = at === 0;
  table.querySelector("[data-page='1']").disabled = at === last;
  table.querySelector(".pager").hidden = rowsOf(table).length <= size;
}

function compare(one, other) {
  const [a, b] = [Number(one), Number(other)];
  if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return one.localeCompare(other, undefined, { numeric: true, sensitivity: "base" });
}

function sort(table, button) {
  const heading = button.closest("th");
  const isAscending = heading.getAttribute("aria-sort") !== "ascending";
  for (const each of table.querySelectorAll("th[aria-sort]")) each.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
  const column = Number(button.dataset.sort);
  const value = (row) => row.children[column].dataset.value;
  const sorted = rowsOf(table).sort((a, b) => compare(value(a), value(b)) * (isAscending ? 1 : -1));
  table.querySelector("tbody").append(...sorted);
  show(table, 0);
}

/** Listens to all data tables, those to come too. */
export function listenToTables() {
  document.addEventListener("click", (event) => {
    const table = event.target.closest(".data-table");
    const sorter = event.target.closest("[data-sort]");
    const turner = event.target.closest("[data-page]:not(.data-table)");
    if (table && sorter) sort(table, sorter);
    else if (table && turner) show(table, Number(table.dataset.page ?? 0) + Number(turner.dataset.page));
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]")) show(event.target.closest(".data-table"), 0);
  });
  document.addEventListener("drawn", (event) => {
    for (const table of event.target.querySelectorAll(".data-table")) show(table, 0);
  });
}
