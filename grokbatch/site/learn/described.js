// Tells of elements of the page: what they are, what they can be found by, and which one somebody means who presses
// somewhere. What was typed stays in here: it only serves to keep it out of all that is told. `finder` is what
// finder.js returns.
(finder) => {
  const EDITABLE = 'textarea, input:not([type]), input[type="text"], [contenteditable=""], [contenteditable="true"], [contenteditable="plaintext-only"], [role="textbox"]';
  const PRESSABLE =
    'button, a[href], summary, label, select, input, [role="button"], [role="link"], [role="tab"], [role="radio"], ' +
    '[role="option"], [role="switch"], [role="checkbox"], [role^="menuitem"]';
  const TOLD = [
    "id", "data-testid", "data-test-id", "data-test", "data-cy", "data-qa", "aria-label", "name", "placeholder", "title",
    "type", "role", "contenteditable", "aria-haspopup", "aria-valuenow",
  ];
  const PERCENT = /(?:^|\D)(\d{1,3})\s*%/;
  const LONGEST_NAME = 40;

  const flat = (text) => (text ?? "").replace(/\s+/g, " ").trim();

  // --- what was typed, and what gives it away

  class Secrets {
    constructor() {
      this.boxes = new Map();
      this.past = new Set();
    }

    note(box) {
      const before = this.boxes.get(box);
      const text = flat(box.value ?? box.textContent).toLowerCase();
      if (before && !text) this.past.add(before);
      this.boxes.set(box, text);
    }

    tells(text) {
      const told = flat(text).toLowerCase();
      return [...this.past, ...this.boxes.values()].some(
        (typed) => typed.length >= 3 && (told.includes(typed) || (told.length > 20 && typed.includes(told))),
      );
    }
  }

  // --- elements, as they are told of

  const secrets = new Secrets();
  const plain = (text) => (text && text.length <= 100 && !secrets.tells(text) ? text : "");

  const attributesOf = (element) => {
    const told = TOLD.map((name) => [name, plain(element.getAttribute(name))]);
    return Object.fromEntries(told.filter(([, value]) => value));
  };

  const hookOf = (element) => {
    const same = [...(element.parentElement?.children ?? [])].filter((other) => other.localName === element.localName);
    return {
      tag: element.localName,
      attributes: attributesOf(element),
      classes: [...element.classList].filter(plain),
      number: same.indexOf(element) + 1,
      alone: same.length === 1,
    };
  };

  const editableOf = (element) => {
    const inner = element.closest(EDITABLE);
    if (!inner || inner.matches("input, textarea")) return inner;
    return element.closest("[contenteditable]") ?? inner;
  };

  const wordsOf = (element) => {
    const text = flat(finder.fullText(element));
    return text.length <= LONGEST_NAME ? plain(text) : "";
  };

  const percentOf = (element) => {
    if (element.matches('[role="progressbar"][aria-valuenow]')) return element.getAttribute("aria-valuenow");
    return PERCENT.exec(finder.fullText(element))?.[1] ?? null;
  };

  const describe = (element, point) => {
    finder.fresh();
    const editable = editableOf(element) === element;
    const path = [];
    for (let up = element.parentElement; up && up !== document.body && path.length < 12; up = up.parentElement)
      path.push(hookOf(up));
    const box = element.getBoundingClientRect();
    const name = flat(finder.nameOf(element));
    return {
      ...hookOf(element),
      role: finder.roleOf(element),
      // The name of a box without a label would be what stands in it.
      name: name.length <= LONGEST_NAME ? plain(name) : "",
      words: editable ? "" : wordsOf(element),
      hint: plain(element.querySelector("[data-placeholder]")?.dataset.placeholder ?? ""),
      icons: [...(element.querySelector("svg")?.classList ?? [])],
      percent: percentOf(element) !== null,
      only_percent: /^\d{1,3}\s*%$/.test(flat(finder.fullText(element))),
      editable,
      path,
      point: point ?? [box.left + box.width / 2, box.top + box.height / 2],
    };
  };

  const contains = (element, x, y) => {
    const box = element.getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  };

  // What somebody means who presses there: a button rather than the icon in it, even one that lets presses through.
  const pressableAt = (target, x, y) => {
    const around = target.closest(PRESSABLE);
    if (around) return around;
    const through = [...target.querySelectorAll(PRESSABLE)].filter(
      (each) => getComputedStyle(each).pointerEvents === "none" && finder.visible(each) && contains(each, x, y),
    );
    if (through.length) return through.at(-1);
    const hand = (element) => element && element !== document.body && getComputedStyle(element).cursor === "pointer";
    let meant = target;
    while (hand(meant) && hand(meant.parentElement)) meant = meant.parentElement;
    return meant;
  };

  const isPressable = (target) => target.closest(PRESSABLE) !== null || getComputedStyle(target).cursor === "pointer";

  const partAt = (target, x, y) => (isPressable(target) ? pressableAt(target, x, y) : null);

  // The innermost element there that shows a percentage, else the first one around it that does; never the whole page.
  const percentAt = (target, x, y) => {
    const inner = [...target.querySelectorAll("*")].filter((each) => contains(each, x, y) && percentOf(each) !== null);
    let meant = inner.at(-1) ?? target;
    for (let steps = 0; meant.parentElement && steps < 4 && percentOf(meant) === null; steps++) meant = meant.parentElement;
    if (percentOf(meant) === null || meant.contains(document.body)) return null;
    return meant.closest("button, [role=button]") ?? meant;
  };

  const videoAt = (x, y) => {
    const there = [...document.querySelectorAll("video")].filter((each) => finder.visible(each) && contains(each, x, y));
    const stack = document.elementsFromPoint(x, y);
    return there.find((each) => stack.includes(each)) ?? there[0] ?? null;
  };

  // What somebody means who is asked for a control and presses there, if there is such a thing.
  const MEANT = { prompt: partAt, submit: pressableAt, download: pressableAt, progress: percentAt, player: (_, x, y) => videoAt(x, y) };

  const boxes = () => [...new Set([...document.querySelectorAll(EDITABLE)].filter(finder.visible).map(editableOf))];
  const pressables = (within) => [...within.querySelectorAll(PRESSABLE)].filter(finder.visible);
  const meantAt = (control, target, x, y) => (MEANT[control] ?? pressableAt)(target, x, y);

  return { secrets, describe, editableOf, isPressable, meantAt, hookOf, percentOf, boxes, pressables, PERCENT };
}
