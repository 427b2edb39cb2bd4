// Runs in a world of its own inside the page: shows a bar that says what to click next, and tells what was pressed,
// where text was entered, which text went through percentages and which video came. What was typed stays in here:
// it only serves to keep it out of all that is told. `finder` is what finder.js returns, `Bar` the class of bar.js.
(finder, Bar) => {
  const EDITABLE = 'textarea, input:not([type]), input[type="text"], [contenteditable=""], [contenteditable="true"], [contenteditable="plaintext-only"], [role="textbox"]';
  const PRESSABLE =
    'button, a[href], summary, label, select, input, [role="button"], [role="link"], [role="tab"], [role="radio"], ' +
    '[role="option"], [role="switch"], [role="checkbox"], [role^="menuitem"]';
  const TOLD = [
    "id", "data-testid", "data-test-id", "data-test", "data-cy", "data-qa", "aria-label", "name", "placeholder", "title",
    "type", "role", "contenteditable", "aria-haspopup", "aria-valuenow",
  ];
  const MOUSE = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick", "touchstart", "touchend"];
  const PERCENT = /(?:^|\D)(\d{1,3})\s*%/;
  const LONGEST_NAME = 40;
  const MOVED_MS = 50;

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

  const MEANT = { submit: pressableAt, download: pressableAt, progress: percentAt, player: (_, x, y) => videoAt(x, y) };

  // --- what is noticed

  class Lesson {
    constructor() {
      this.events = [];
      this.step = null;
      this.open = false;
      this.values = null;
      this.videos = null;
      this.bar = new Bar(() => [...document.querySelectorAll(EDITABLE)].filter(finder.visible), (kind) => this.note({ kind }));
      for (const name of MOUSE) addEventListener(name, (event) => this.mouse(event), { capture: true, passive: false });
      addEventListener("keydown", (event) => this.key(event), true);
      addEventListener("input", (event) => this.typed(event), true);
      addEventListener("submit", (event) => this.sent(event), true);
      new MutationObserver(() => this.changed()).observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
        attributeFilter: ["src", "aria-valuenow"],
      });
      for (const name of ["loadedmetadata", "canplay"]) document.addEventListener(name, () => this.changed(), true);
    }

    note(event) {
      this.events.push(event);
      this.wake();
    }

    wake() {
      const told = this.resolve;
      this.resolve = null;
      if (told) told(this.events.shift() ?? null);
    }

    // Show a step, and return what happened first since the last call, or null after some milliseconds.
    next(step, milliseconds) {
      this.show(step);
      if (this.events.length) return this.events.shift();
      clearTimeout(this.timer);
      return new Promise((resolve) => {
        this.resolve = resolve;
        this.timer = setTimeout(() => this.wake(), milliseconds);
      });
    }

    show(step) {
      const shown = JSON.stringify(step);
      if (shown === this.shown && this.bar.host.isConnected) return;
      this.step = step;
      this.shown = this.bar.show(step) ? shown : null;
    }

    // Let presses through while ours is repeated.
    letThrough(open) {
      this.open = open;
    }

    // From now on, tell of texts that go through percentages, and of videos that were not there.
    follow() {
      this.values = new Map();
      this.videos = new Set([...document.querySelectorAll("video")].map(sourceOf));
    }

    // The videos that can be seen now.
    films() {
      const seen = [...document.querySelectorAll("video")].filter((video) => sourceOf(video) && finder.visible(video));
      return seen.map((video) => ({ it: describe(video), address: sourceOf(video) }));
    }

    // --- events of the page

    isOurs(event) {
      return event.composedPath().includes(this.bar.host);
    }

    mouse(event) {
      if (!event.isTrusted || this.isOurs(event) || this.open || !this.step || (event.button ?? 0) > 0) return;
      const target = event.composedPath()[0];
      if (!(target instanceof Element)) return;
      const [x, y] = [event.clientX, event.clientY];
      const box = editableOf(target);
      if (!box && (this.step.holds === "all" || (this.step.holds === "buttons" && isPressable(target)))) {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (event.type === "pointerdown") this.pressed(target, x, y);
      } else if (event.type === "pointerdown" && this.step.holds === "nothing") {
        this.note({ kind: "press", it: describe(box ?? target, box ? undefined : [x, y]), at: [x, y] });
      }
    }

    pressed(target, x, y) {
      const meant = MEANT[this.step.control]?.(target, x, y) ?? null;
      this.note({ kind: "press", it: meant && describe(meant, [x, y]), at: [x, y] });
    }

    key(event) {
      if (!event.isTrusted || event.key !== "Enter" || event.shiftKey || event.isComposing || !this.step?.closed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }

    sent(event) {
      if (this.step?.closed) event.preventDefault();
    }

    typed(event) {
      const target = event.composedPath()[0];
      const box = target instanceof Element ? editableOf(target) : null;
      if (!box || !event.isTrusted) return;
      const first = !secrets.boxes.has(box);
      secrets.note(box);
      if (first) this.note({ kind: "typed", it: describe(box) });
    }

    changed() {
      if (this.values === null || this.looking) return;
      this.looking = setTimeout(() => this.look(), MOVED_MS);
    }

    look() {
      this.looking = null;
      this.percents();
      for (const video of document.querySelectorAll("video")) {
        const address = sourceOf(video);
        if (!address || this.videos.has(address) || video.readyState < 1 || !finder.visible(video)) continue;
        this.videos.add(address);
        this.note({ kind: "video", it: describe(video), address });
      }
    }

    percents() {
      for (const element of document.querySelectorAll("body *")) {
        if (element.childElementCount || !PERCENT.test(element.textContent) || !finder.visible(element)) continue;
        const meant = element.closest("button, [role=button]") ?? element;
        const place = [meant, ...ancestors(meant)].map((each) => `${each.localName}${hookOf(each).number}`).join(" ");
        const values = this.values.get(place) ?? new Set();
        const before = values.size;
        values.add(percentOf(meant));
        this.values.set(place, values);
        if (values.size === 2 && before === 1) this.note({ kind: "percent", it: describe(meant) });
      }
    }
  }

  const sourceOf = (video) => video.currentSrc || video.src || "";
  const ancestors = (element) => (element.parentElement ? [element.parentElement, ...ancestors(element.parentElement)] : []);

  return new Lesson();
}
