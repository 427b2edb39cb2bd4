// Tells of elements of the page: what they are, what they can be found by, and which one somebody means who presses
// somewhere. What was typed stays in here: it only serves to keep it out of all that is told. `finder` is what
// finder.js returns.
/** @type {Site.ToldOf} */
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

  /** @type {(text: string | null | undefined) => string} */
  const flat = (text) => (text ?? "").replace(/\s+/g, " ").trim();

  // --- what was typed, and what gives it away

  /** @implements {Site.Secrets} */
  class Secrets {
    constructor() {
      /** @type {Map<Site.Found, string>} */
      this.boxes = new Map();
      /** @type {Set<string>} */
      this.past = new Set();
    }

    /** @param {Site.Found} box */
    note(box) {
      const before = this.boxes.get(box);
      const text = flat(box.value ?? box.textContent).toLowerCase();
      if (before && !text) this.past.add(before);
      this.boxes.set(box, text);
    }

    /** @param {string} text */
    tells(text) {
      const told = flat(text).toLowerCase();
      return [...this.past, ...this.boxes.values()].some(
        (typed) => typed.length >= 3 && (told.includes(typed) || (told.length > 20 && typed.includes(told))),
      );
    }
  }

  // --- elements, as they are told of

  const secrets = new Secrets();
  /** @type {(text: string | null) => string} */
  const plain = (text) => (text && text.length <= 100 && !secrets.tells(text) ? text : "");

  /** @type {(element: Element) => Record<string, string>} */
  const attributesOf = (element) => {
    const told = TOLD.map((name) => [name, plain(element.getAttribute(name))]);
    return Object.fromEntries(told.filter(([, value]) => value));
  };

  /** @type {(element: Element) => Site.Hook} */
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

  /** @type {(element: Element) => Site.Found | null} */
  const editableOf = (element) => {
    const inner = element.closest(EDITABLE);
    if (!inner || inner.matches("input, textarea")) return inner;
    return element.closest("[contenteditable]") ?? inner;
  };

  /** @type {(element: Element) => string} */
  const wordsOf = (element) => {
    const text = flat(finder.fullText(element));
    return text.length <= LONGEST_NAME ? plain(text) : "";
  };

  /** @type {(element: Element) => string | null} */
  const percentOf = (element) => {
    if (element.matches('[role="progressbar"][aria-valuenow]')) return element.getAttribute("aria-valuenow");
    return PERCENT.exec(finder.fullText(element))?.[1] ?? null;
  };

  /** @type {(element: Element, point?: Site.Point) => Site.Description} */
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
      hint: plain(element.querySelector("[data-placeholder]")?.getAttribute("data-placeholder") ?? ""),
      icons: [...(element.querySelector("svg")?.classList ?? [])],
      percent: percentOf(element) !== null,
      only_percent: /^\d{1,3}\s*%$/.test(flat(finder.fullText(element))),
      editable,
      path,
      point: point ?? [box.left + box.width / 2, box.top + box.height / 2],
    };
  };

  /** @type {(element: Element, x: number, y: number) => boolean} */
  const contains = (element, x, y) => {
    const box = element.getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  };

  // What somebody means who presses there: a button rather than the icon in it, even one that lets presses through.
  /** @type {(target: Element, x: number, y: number) => Element} */
  const pressableAt = (target, x, y) => {
    const around = target.closest(PRESSABLE);
    if (around) return around;
    const through = [...target.querySelectorAll(PRESSABLE)].filter(
      (each) => getComputedStyle(each).pointerEvents === "none" && finder.visible(each) && contains(each, x, y),
    );
    const last = through.at(-1);
    if (last) return last;
    /** @type {(element: Element) => boolean} */
    const hand = (element) => element !== document.body && getComputedStyle(element).cursor === "pointer";
    let meant = target;
    while (meant.parentElement && hand(meant) && hand(meant.parentElement)) meant = meant.parentElement;
    return meant;
  };

  /** @type {(target: Element) => boolean} */
  const isPressable = (target) => target.closest(PRESSABLE) !== null || getComputedStyle(target).cursor === "pointer";

  /** @type {(target: Element, x: number, y: number) => Element | null} */
  const partAt = (target, x, y) => (isPressable(target) ? pressableAt(target, x, y) : null);

  // The innermost element there that shows a percentage, else the first one around it that does; never the whole page.
  /** @type {(target: Element, x: number, y: number) => Element | null} */
  const percentAt = (target, x, y) => {
    const inner = [...target.querySelectorAll("*")].filter((each) => contains(each, x, y) && percentOf(each) !== null);
    let meant = inner.at(-1) ?? target;
    for (let steps = 0; meant.parentElement && steps < 4 && percentOf(meant) === null; steps++) meant = meant.parentElement;
    if (percentOf(meant) === null || meant.contains(document.body)) return null;
    return meant.closest("button, [role=button]") ?? meant;
  };

  /** @type {(x: number, y: number) => Element | null} */
  const videoAt = (x, y) => {
    const there = [...document.querySelectorAll("video")].filter((each) => finder.visible(each) && contains(each, x, y));
    const stack = document.elementsFromPoint(x, y);
    return there.find((each) => stack.includes(each)) ?? there[0] ?? null;
  };

  // What somebody means who is asked for a control and presses there, if there is such a thing.
  /** @type {Record<string, (target: Element, x: number, y: number) => Element | null>} */
  const MEANT = { prompt: partAt, submit: pressableAt, download: pressableAt, progress: percentAt, player: (_, x, y) => videoAt(x, y) };

  const boxes = () => [...new Set([...document.querySelectorAll(EDITABLE)].filter(finder.visible).map((each) => editableOf(each) ?? each))];
  /** @type {(within: ParentNode) => Site.Found[]} */
  const pressables = (within) => [...within.querySelectorAll(PRESSABLE)].filter(finder.visible);
  /** @type {(control: string, target: Element, x: number, y: number) => Element | null} */
  const meantAt = (control, target, x, y) => (MEANT[control] ?? pressableAt)(target, x, y);

  return { secrets, describe, editableOf, isPressable, meantAt, hookOf, percentOf, boxes, pressables, PERCENT };
}
