// Finds the single choices of an option (mode, duration, ...) and the buttons that open menus of them. Much on a page
// looks like a choice, such as "6s" on somebody's video: what counts stands in the composer, in an open menu, or
// close by.
/** @type {Site.ChoicesOf} */
({ visible, disabled, covered, nameOf, textOf }) => {
  const CLICKABLE = 'button, label, option, input, [role="button"], [role="radio"], [role="tab"], [role="option"], [role="checkbox"], [role="switch"], [role^="menuitem"]';
  const POPUP = '[role="menu"], [role="listbox"], [role="dialog"], dialog, [popover]';
  const GROUP = '[role="radiogroup"], [role="group"], [role="tablist"], [role="listbox"], fieldset, select';
  const CARD = "a, article, figure, li";
  const MEDIA = "video, img";
  const NEAR = 250; // pixels from the composer
  const ON = ["checked", "on", "active"];
  const OFF = ["unchecked", "off", "inactive"];
  /** @type {Record<string, boolean>} */
  const TOLD = { true: true, false: false, page: true };

  /** @type {WeakMap<Element, number>} */
  const ids = new WeakMap();
  let count = 0;
  /** @type {(element: Element) => number} */
  const idOf = (element) => {
    const id = ids.get(element) ?? (count += 1);
    ids.set(element, id);
    return id;
  };

  // --- what is clicked, and where it is

  /** @type {(element: Site.Found) => boolean} */
  const shown = (element) => visible(element.matches("option") ? (element.closest("select") ?? element) : element);

  // Radio buttons are often hidden behind their labels.
  /** @type {(found: Site.Found) => Site.Found} */
  const clickable = (found) => {
    const element = found.closest(CLICKABLE) ?? found;
    const label = element.matches("input") ? element.labels?.[0] : null;
    return label && (!visible(element) || covered(element)) ? label : element;
  };

  /** @type {(box: Site.Found) => Element} */
  const composerOf = (box) => {
    const form = box.closest("form");
    if (form) return form;
    let composer = box;
    for (let up = box.parentElement; up && !up.matches("main, body") && !up.querySelector(MEDIA); up = up.parentElement)
      composer = up;
    return composer;
  };

  /** @type {(element: Element, box: Site.Found | null) => Element | null} */
  const popupOf = (element, box) => {
    const popup = element.closest(POPUP);
    return popup && !popup.contains(box) ? popup : null;
  };

  /** @type {(one: Element, other: Element) => number} */
  const distance = (one, other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom, 0);
  };

  // From near to far; Infinity is elsewhere.
  /** @type {(element: Site.Found, box: Site.Found | null) => number} */
  const placeOf = (element, box) => {
    if (!box) return Infinity;
    if (popupOf(element, box)) return 0;
    const composer = composerOf(box);
    if (composer.contains(element)) return 1;
    if (element.closest("a[href]") || element.closest(CARD)?.querySelector(MEDIA)) return Infinity;
    if (distance(element, composer) <= NEAR) return 2;
    return element.closest('[role="radiogroup"], fieldset') ? 3 : Infinity;
  };

  // --- what it tells

  /** @type {(element: Element, name: string) => boolean | null} */
  const told = (element, name) => TOLD[element.getAttribute(name) ?? ""] ?? null;

  /** @type {(element: Site.Found) => Site.Found | null | undefined} */
  const nativeOf = (element) => {
    if (element.matches("label")) return element.control;
    return element.matches("input, option") ? element : element.querySelector('input[type="radio"]');
  };

  /** @type {(element: Site.Found) => boolean | null} */
  const stateOf = (element) => {
    const state = element.dataset?.state ?? "";
    const native = nativeOf(element);
    return (
      told(element, "aria-checked") ?? told(element, "aria-pressed") ??
      (native?.matches("option") ? native.selected : native?.matches('[type="radio"], [type="checkbox"]') ? native.checked : null) ??
      (ON.includes(state) ? true : OFF.includes(state) ? false : null) ??
      told(element, "aria-selected") ?? told(element, "aria-current")
    );
  };

  // In lists the state may stand on the item around the button.
  /** @type {(element: Site.Found) => boolean | null} */
  const chosenOf = (element) => {
    const around = element.parentElement;
    const alone = around && !around.matches(POPUP) && around.querySelectorAll(CLICKABLE).length === 1;
    return stateOf(element) ?? (alone ? stateOf(around) : null);
  };

  /** @type {(element: Element) => boolean} */
  const opens = (element) => {
    const what = element.getAttribute("aria-haspopup");
    return Boolean(what && what !== "false") || element.matches('[role="combobox"], button[aria-expanded]');
  };

  /** @type {(element: Site.Found) => boolean} */
  const isOff = (element) =>
    disabled(element) || nativeOf(element)?.disabled === true || (element.dataset?.disabled ?? "false") !== "false";

  /** @type {(element: Site.Found, box: Site.Found | null) => Site.Choice} */
  const describe = (element, box) => ({
    id: idOf(element),
    group: idOf(element.closest(GROUP) ?? element.parentElement ?? element),
    text: textOf(element).slice(0, 60),
    name: nameOf(element).slice(0, 60),
    chosen: chosenOf(element),
    disabled: isOff(element),
    opens: opens(element),
    is_open: element.getAttribute("aria-expanded") === "true" || element.dataset?.state === "open",
    in_popup: popupOf(element, box) !== null,
  });

  /** @implements {Site.Choices} */
  class Choices {
    constructor() {
      /** @type {Map<number, WeakRef<Site.Found>>} */
      this.elements = new Map();
    }

    // What is there of one control, all its alternatives together, the nearest first.
    /** @param {Site.Watch} watch @param {string} control @param {Site.Found} [prompt] @returns {Site.Choice[]} */
    of(watch, control, prompt) {
      // An open menu may hide the rest of the page from all who go by roles.
      if (prompt) this.box = prompt;
      const box = this.box?.isConnected ? this.box : null;
      const found = watch.asked.table.controls[control].flatMap((alternative) => watch.all(alternative));
      const placed = [...new Set(found.map(clickable))]
        .filter((element) => shown(element) && !watch.composer.isForbidden(element))
        .map((element) => ({ element, place: placeOf(element, box) }))
        .filter(({ place }) => place < Infinity)
        .sort((one, other) => one.place - other.place);
      const near = placed.filter(({ place }) => place < 3);
      const elements = (near.length ? near : placed).map(({ element }) => element);
      return elements.map((element) => {
        const choice = describe(element, box);
        this.elements.set(choice.id, new WeakRef(element));
        return choice;
      });
    }

    /** @param {number} id @returns {Site.Found | null} */
    element(id) {
      const element = this.elements.get(id)?.deref();
      return element?.isConnected ? element : null;
    }

    // Whether a choice stands in the composer of the box, rather than close by.
    /** @param {number} id @param {Site.Found} box */
    isBeside(id, box) {
      const element = this.element(id);
      return element !== null && composerOf(box).contains(element);
    }

    // Whether a submit would make a video: "" where the page has no modes, "unknown" where it does not show which is on.
    // What stands beside a composer that `isForVideos` anyway, such as tabs over the page, says nothing of it.
    /** @param {Site.Watch} watch @param {Site.Found | undefined} box @param {boolean} isForVideos @returns {Site.Kind} */
    mode(watch, box, isForVideos) {
      const found = this.of(watch, "mode", box);
      const own = box ? found.filter(({ id, in_popup }) => in_popup || this.isBeside(id, box)) : found;
      const modes = own.length || isForVideos ? own : found;
      /** @type {(choice: Site.Choice) => boolean} */
      const isVideo = ({ text, name }) => watch.asked.table.video_mode.some((source) =>
        [text, name].some((word) => watch.pattern(source).test(word)));
      const video = modes.find((mode) => isVideo(mode));
      const on = modes.filter((mode) => mode.chosen === true || (mode.opens && !mode.in_popup));
      if (on.length) return on.some(isVideo) ? "video" : "other";
      if (!video) return "";
      return video.chosen === false ? "other" : "unknown";
    }
  }

  return new Choices();
}
