"use strict";
// Cells begin with a comment that puts them in their order.
const table = /** @type {HTMLTableElement} */ (document.getElementById("results-table"));
const headings = [.../** @type {NodeListOf<HTMLTableCellElement>} */ (table.querySelectorAll("thead th"))];
for (const heading of headings.filter((each) => each.classList.contains("sortable"))) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => sortBy(heading));
  heading.replaceChildren(button);
}

/** @param {HTMLTableCellElement} heading */
function sortBy(heading) {
  const upwards = heading.getAttribute("aria-sort") !== "ascending";
  for (const each of headings) {
    each.removeAttribute("aria-sort");
    each.classList.remove("asc", "desc");
  }
  heading.setAttribute("aria-sort", upwards ? "ascending" : "descending");
  heading.classList.add(upwards ? "asc" : "desc");
  /** @type {(row: HTMLTableRowElement) => string} */
  const keyOf = (row) => row.cells[heading.cellIndex].innerHTML;
  const rows = [...table.tBodies[0].rows].sort((one, other) => {
    const [first, second] = [keyOf(one), keyOf(other)];
    return (upwards ? 1 : -1) * (first < second ? -1 : first > second ? 1 : 0);
  });
  table.tBodies[0].append(...rows);
}
