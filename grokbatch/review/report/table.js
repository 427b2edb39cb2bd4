"use strict";
// Every row is in the page, and can be read without this script, which sorts, filters and unfolds them.
const section = /** @type {HTMLElement} */ (document.querySelector(".gb-videos"));
const table = /** @type {HTMLTableElement} */ (document.getElementById("gb-table"));
const headings = [.../** @type {NodeListOf<HTMLTableCellElement>} */ (table.querySelectorAll("th"))];
const bodies = [...table.tBodies];
const states = [.../** @type {NodeListOf<HTMLInputElement>} */ (section.querySelectorAll(".gb-states input"))];
const touched = /** @type {HTMLInputElement} */ (section.querySelector(".gb-touched input"));
const search = /** @type {HTMLInputElement} */ (section.querySelector("input[type=search]"));
const order = /** @type {HTMLSelectElement} */ (section.querySelector("select"));
const unfold = /** @type {HTMLButtonElement} */ (section.querySelector(".gb-unfold"));
const shown = /** @type {HTMLElement} */ (section.querySelector(".gb-shown"));
const words = new Map(bodies.map((body) => [body, (body.textContent ?? "").toLowerCase()]));

function filter() {
  const chosen = new Set(states.filter((box) => box.checked).map((box) => box.value));
  const sought = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const body of bodies) {
    const fits = chosen.has(body.dataset.state ?? "") && (!touched.checked || body.dataset.did);
    body.hidden = !fits || !sought.every((word) => words.get(body)?.includes(word));
  }
  const number = bodies.filter((body) => !body.hidden).length;
  shown.textContent = number === bodies.length ? "" : `${number} of ${bodies.length} videos`;
}

/** @param {HTMLTableSectionElement} body @param {number} column */
function keyOf(body, column) {
  const cell = body.rows[0].cells[column];
  const key = cell.dataset.key ?? cell.textContent ?? "";
  return key === "" || isNaN(Number(key)) ? key : Number(key);
}

/** @param {string} name @param {boolean} upwards */
function sort(name, upwards) {
  const column = headings.findIndex((heading) => heading.dataset.name === name);
  headings.forEach((heading, place) => {
    if (place === column) heading.setAttribute("aria-sort", upwards ? "ascending" : "descending");
    else heading.removeAttribute("aria-sort");
  });
  order.value = name;
  const sorted = column < 0 ? bodies : [...bodies].sort((one, other) => {
    const [first, second] = [keyOf(one, column), keyOf(other, column)];
    // What has no value stands last, whichever way the others are sorted.
    if (first === "" || second === "") return Number(first === "") - Number(second === "");
    return (upwards ? 1 : -1) * (first < second ? -1 : first > second ? 1 : 0);
  });
  table.append(...sorted);
}

for (const heading of headings.filter((each) => each.classList.contains("gb-sorted"))) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => {
    sort(heading.dataset.name ?? "", heading.getAttribute("aria-sort") !== "ascending");
  });
  heading.replaceChildren(button);
}
order.addEventListener("change", () => sort(order.value, true));
for (const box of [...states, touched]) box.addEventListener("change", filter);
search.addEventListener("input", filter);
unfold.addEventListener("click", () => {
  const folds = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (table.querySelectorAll(".gb-fold"))];
  const opens = folds.some((fold) => !fold.open);
  for (const fold of folds) fold.open = opens;
  unfold.textContent = opens ? "Hide all details" : "Show all details";
});
/** @type {HTMLElement} */ (section.querySelector(".gb-filter")).hidden = false;
// A browser keeps what was ticked when a page is loaded again.
filter();
