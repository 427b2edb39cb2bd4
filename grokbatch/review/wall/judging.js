// The stars, Keep and Reject: the same below a tile, in the viewer and side by side, by mouse and by key.

import { icon, make } from "./page.js";
import { decide, pickOf, rate, takeBack } from "./picks.js";

/** Return stars, Keep and Reject for the video that `idOf()` names, and how to show its pick now. @param {() => string} idOf */
export function judging(idOf) {
  const stars = [1, 2, 3, 4, 5].map((number) =>
    make(
      "button",
      {
        type: "button",
        class: "star",
        "aria-label": `Rate ${number}`,
        title: `Rate ${number}`,
        click: () => rate(idOf(), number),
      },
      icon("star"),
    ),
  );
  const keep = make(
    "button",
    { type: "button", class: "keep", "aria-label": "Keep", title: "Keep (K)", click: () => decide(idOf(), true) },
    icon("keep"),
  );
  const reject = make(
    "button",
    {
      type: "button",
      class: "reject",
      "aria-label": "Reject",
      title: "Reject (X)",
      click: () => decide(idOf(), false),
    },
    icon("reject"),
  );
  const update = () => {
    const pick = pickOf(idOf());
    stars.forEach((star, index) => {
      star.classList.toggle("lit", index < (pick.rating ?? 0));
      star.setAttribute("aria-pressed", String(pick.rating === index + 1));
    });
    keep.setAttribute("aria-pressed", String(pick.keep === true));
    reject.setAttribute("aria-pressed", String(pick.keep === false));
  };
  const bar = make(
    "div",
    { class: "judging", role: "group", "aria-label": "Your pick" },
    make("span", { class: "stars" }, ...stars),
    keep,
    reject,
  );
  return { bar, update };
}

/** Do what a key says about a video; return whether it said anything. @param {KeyboardEvent} event @param {string} id */
export function judgeByKey(event, id) {
  const key = event.key.toLowerCase();
  const number = digit(event);
  if (number !== null) rate(id, number);
  else if (key === "k") decide(id, true);
  else if (key === "x") decide(id, false);
  else if (key === "z") takeBack();
  else return false;
  return true;
}

/** @param {KeyboardEvent} event */
function digit(event) {
  // On some keyboards digits need Shift, so the key's place counts, too.
  const plain = /^[0-5]$/.exec(event.key) ?? /^Digit([0-5])$/.exec(event.shiftKey ? "" : event.code);
  return plain ? Number(plain[1] ?? plain[0]) : null;
}

/** A mouse does not take the focus to a button, so that the next key still means the video. @param {HTMLElement} area */
export function keepFocus(area) {
  area.addEventListener("mousedown", (event) => /** @type {Element} */ (event.target).closest("button") && event.preventDefault());
}

/** @type {(event: KeyboardEvent) => boolean} */
export const isShortcut = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
