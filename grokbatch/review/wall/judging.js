// The stars, Keep and Reject: the same below a tile, in the viewer and side by side, by mouse and by key.

import { icon, make } from "./page.js";
import { decide, doAgain, pickOf, rate, takeBack } from "./picks.js";

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
        click: () => rate([idOf()], number),
      },
      icon("star"),
    ),
  );
  const keep = make(
    "button",
    { type: "button", class: "keep", "aria-label": "Keep", title: "Keep (K)", click: () => decide([idOf()], "kept") },
    icon("keep"),
  );
  const reject = make(
    "button",
    {
      type: "button",
      class: "reject",
      "aria-label": "Reject",
      title: "Reject (X)",
      click: () => decide([idOf()], "rejected"),
    },
    icon("reject"),
  );
  const maybe = make(
    "button",
    { type: "button", class: "maybe", "aria-label": "Maybe", title: "Maybe (B)", click: () => decide([idOf()], "maybe") },
    icon("maybe"),
  );
  const update = () => {
    const pick = pickOf(idOf());
    stars.forEach((star, index) => {
      star.classList.toggle("lit", index < (pick.rating ?? 0));
      star.setAttribute("aria-pressed", String(pick.rating === index + 1));
    });
    keep.setAttribute("aria-pressed", String(pick.keep === true));
    reject.setAttribute("aria-pressed", String(pick.keep === false));
    maybe.setAttribute("aria-pressed", String(pick.maybe));
  };
  const bar = make(
    "div",
    { class: "judging", role: "group", "aria-label": "Your pick" },
    make("span", { class: "stars" }, ...stars),
    keep,
    maybe,
    reject,
  );
  return { bar, update };
}

/** Do what a key says about videos; return whether it said anything. @param {KeyboardEvent} event @param {string[]} ids */
export function judgeByKey(event, ids) {
  const key = event.key.toLowerCase();
  const number = digit(event);
  if (number !== null) rate(ids, number);
  else if (key === "k") decide(ids, "kept");
  else if (key === "x") decide(ids, "rejected");
  else if (key === "b") decide(ids, "maybe");
  else return undoByKey(event);
  return true;
}

/** Z and Shift+Z, and what editors have for them. @param {KeyboardEvent} event */
export function undoByKey(event) {
  const key = event.key.toLowerCase();
  const redoes = (key === "z" && event.shiftKey) || (key === "y" && (event.ctrlKey || event.metaKey));
  if (redoes) doAgain();
  else if (key === "z") takeBack();
  else return false;
  return true;
}

/** The number from 0 to 5 that a key stands for, or null. @param {KeyboardEvent} event */
export function digit(event) {
  // On some keyboards digits need Shift, so the key's place counts, too.
  const plain = /^[0-5]$/.exec(event.key) ?? /^Digit([0-5])$/.exec(event.shiftKey ? "" : event.code);
  return plain ? Number(plain[1] ?? plain[0]) : null;
}

/** A mouse does not take the focus to a button, so that the next key still means the video. @param {HTMLElement} area */
export function keepFocus(area) {
  area.addEventListener("mousedown", (event) => /** @type {Element} */ (event.target).closest("button") && event.preventDefault());
}

/** @type {(event: KeyboardEvent) => boolean} */
export const isShortcut = (event) =>
  !event.altKey && !event.defaultPrevented && (!(event.ctrlKey || event.metaKey) || /^[zy]$/i.test(event.key));

/** Whether keys are text here, not shortcuts. @type {(target: EventTarget | null) => boolean} */
export const isTyping = (target) =>
  target instanceof Element && target.matches("select, textarea, input:not([type=range], [type=checkbox])");
