// Runs in a world of its own inside the page: shows a bar that says what to click next, and tells what was pressed,
// where text was entered, which text went through percentages and which video came. `finder` is what finder.js returns,
// `Bar` the class of bar.js; `toldOf` and `pressesOf` are the functions of described.js and presses.js.
/** @param {Site.Finder} finder @param {Site.BarClass} Bar @param {Site.ToldOf} toldOf @param {Site.PressesOf} pressesOf */
(finder, Bar, toldOf, pressesOf) => {
  const PRESS = /** @type {const} */ ([
    "pointerdown", "mousedown", "pointerup", "pointercancel", "mouseup", "click", "dblclick", "touchstart", "touchend",
  ]);
  const MOVED_MS = 50;

  const told = toldOf(finder);
  const { secrets, describe, editableOf, isPressable, meantAt, hookOf, percentOf, boxes, PERCENT } = told;
  const Presses = pressesOf(finder, told);

  // --- what is noticed

  /** @typedef {{ isHeld: boolean, told: Site.LearnEvent | null }} Press whether the page hears nothing of it, and what is told of it */
  /** @typedef {{ element: Element, key: string }} Meant what was pressed, and what it is called */

  class LearnSession {
    constructor() {
      /** @type {Site.LearnEvent[]} */
      this.events = [];
      /** @type {Site.Step | null} */
      this.step = null;
      /** @type {Press | null} */
      this.press = null; // the one under way
      /** @type {Meant | null} */
      this.expected = null; // the element whose press is repeated now
      /** @type {Map<string, Set<string | null>> | null} */
      this.values = null;
      /** @type {Set<string> | null} */
      this.known = null;
      /** @type {Meant | null} */
      this.latest = null;
      this.went = false;
      this.shown = "";
      /** @type {((event: Site.LearnEvent | null) => void) | null} */
      this.resolve = null;
      /** @type {number | null} */
      this.looking = null;
      this.presses = new Presses();
      this.bar = new Bar(boxes, (kind) => this.note({ kind }));
      for (const name of PRESS) addEventListener(name, (event) => this.mouse(event), { capture: true, passive: false });
      addEventListener("keydown", (event) => this.key(event), true);
      addEventListener("beforeinput", (event) => this.typing(event), true);
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

    /** @param {Site.LearnEvent} event */
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
    /** @param {Site.Step} step @param {number} milliseconds */
    next(step, milliseconds) {
      this.show(step);
      if (this.events.length) return this.events.shift();
      clearTimeout(this.timer);
      return new Promise((resolve) => {
        this.resolve = resolve;
        this.timer = setTimeout(() => this.wake(), milliseconds);
      });
    }

    /** @param {Site.Step} step */
    show(step) {
      const shown = JSON.stringify(step);
      if (shown === this.shown && this.bar.host.isConnected) return;
      this.step = step;
      this.shown = this.bar.show(step) ? shown : "";
    }

    // Let the next press through if it is of the element that was pressed last, or of what has taken its place.
    expect() {
      this.expected = this.latest;
      this.went = false;
    }

    // Whether that press has gone through.
    repeated() {
      this.expected = null;
      return this.went;
    }

    // From now on, tell of texts that go through percentages, and of videos that were not there.
    follow() {
      this.values = new Map();
      this.known = new Set([...document.querySelectorAll("video")].map(sourceOf));
    }

    // The videos that can be seen now.
    videos() {
      const seen = [...document.querySelectorAll("video")].filter((video) => sourceOf(video) && finder.visible(video));
      return seen.map((video) => ({ it: describe(video), address: sourceOf(video) }));
    }

    // --- events of the page

    /** @param {Event} event */
    isOurs(event) {
      return event.composedPath().includes(this.bar.host);
    }

    // A press is told of when it ends: then nothing of it can reach the page while it is repeated.
    /** @param {UIEvent & { button?: number }} event */
    mouse(event) {
      if (!event.isTrusted || this.isOurs(event) || !this.step || (event.button ?? 0) > 0) return;
      const target = event.composedPath()[0];
      if (!(target instanceof Element)) return;
      if (event.type === "pointerdown") this.press = this.begin(this.step, event, target);
      const isHeld = event.detail === 0 && event.type === "click" ? this.holds(target) : this.press?.isHeld;
      if (isHeld) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      if (event.type === "pointercancel") this.press = null;
      if (event.type === "pointerup" && this.press?.told) this.note(this.press.told);
      if (event.type === "pointerup") this.press = { isHeld: this.press?.isHeld ?? false, told: null };
    }

    /** @param {Element} target */
    holds(target) {
      return !editableOf(target) && (this.step?.holds === "all" || isPressable(target));
    }

    /** @param {Site.Step} step @param {UIEvent} event @param {Element} target @returns {Press} */
    begin(step, event, target) {
      const { clientX: x, clientY: y } = /** @type {PointerEvent} */ (event);
      if (this.expected) return this.again(meantAt(step.control, target, x, y), this.expected);
      const box = editableOf(target);
      if (box) return { isHeld: false, told: this.used(step, box, [x, y]) };
      const meant = meantAt(step.control, target, x, y);
      if (!meant) return { isHeld: this.holds(target), told: { kind: "press", it: null, at: [x, y] } };
      if (!this.holds(target)) return { isHeld: false, told: null };
      this.latest = { element: meant, key: keyOf(meant) };
      return { isHeld: true, told: { kind: "press", it: describe(meant, [x, y]), at: [x, y], ...this.presses.note(meant) } };
    }

    // A box was pressed: that is told where one is asked for.
    /** @param {Site.Step} step @param {Site.Found} box @param {Site.Point} at @returns {Site.LearnEvent | null} */
    used(step, box, at) {
      const way = secrets.boxes.has(box) ? this.presses.metBy(box) : this.presses.meet(box);
      return step.control === "prompt" ? { kind: "press", it: describe(box), at, way } : null;
    }

    // The page may have moved since: nothing else than what the person has pressed is pressed for them.
    /** @param {Element | null} meant @param {Meant} expected @returns {Press} */
    again(meant, { element, key }) {
      this.went = meant !== null && (element.isConnected ? meant === element : keyOf(meant) === key);
      return { isHeld: !this.went, told: null };
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (!event.isTrusted || event.key !== "Enter" || event.shiftKey || event.isComposing || !this.step?.closed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }

    /** @param {Event} event */
    sent(event) {
      if (this.step?.closed) event.preventDefault();
    }

    /** @param {Event} event */
    typing(event) {
      const box = boxOf(event);
      if (box) this.presses.metBy(box);
    }

    /** @param {Event} event */
    typed(event) {
      const box = boxOf(event);
      if (!box) return;
      const first = !secrets.boxes.has(box);
      secrets.note(box);
      if (first) this.note({ kind: "typed", it: describe(box), way: this.presses.metBy(box) });
    }

    changed() {
      if (this.values === null || this.looking) return;
      this.looking = setTimeout(() => this.look(), MOVED_MS);
    }

    look() {
      this.looking = null;
      if (!this.values || !this.known) return;
      this.percents(this.values);
      for (const video of document.querySelectorAll("video")) {
        const address = sourceOf(video);
        if (!address || this.known.has(address) || video.readyState < 1 || !finder.visible(video)) continue;
        this.known.add(address);
        this.note({ kind: "video", it: describe(video), address });
      }
    }

    /** @param {Map<string, Set<string | null>>} all */
    percents(all) {
      for (const element of document.querySelectorAll("body *")) {
        if (element.childElementCount || !PERCENT.test(element.textContent) || !finder.visible(element)) continue;
        const meant = element.closest("button, [role=button]") ?? element;
        const place = [meant, ...ancestors(meant)].map((each) => `${each.localName}${hookOf(each).number}`).join(" ");
        const values = all.get(place) ?? new Set();
        const before = values.size;
        values.add(percentOf(meant));
        all.set(place, values);
        if (values.size === 2 && before === 1) this.note({ kind: "percent", it: describe(meant) });
      }
    }
  }

  /** @type {(event: Event) => Site.Found | null} */
  const boxOf = (event) => {
    const target = event.composedPath()[0];
    return event.isTrusted && target instanceof Element ? editableOf(target) : null;
  };
  /** @type {(element: Element) => string} */
  const keyOf = (element) => `${finder.roleOf(element)} ${finder.nameOf(element)}`;
  /** @type {(video: HTMLVideoElement) => string} */
  const sourceOf = (video) => video.currentSrc || video.src || "";
  /** @type {(element: Element) => Element[]} */
  const ancestors = (element) => (element.parentElement ? [element.parentElement, ...ancestors(element.parentElement)] : []);

  return new LearnSession();
}
