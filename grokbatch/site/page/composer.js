// Finds the composer for videos: the box for the prompt, the button that sends it, and the way to bring both. A page
// may hold other boxes of the same kind (to edit the image) and other buttons of the same name (on the cards of other
// people's images), so a box counts only beside something that is there for videos alone.
/** @type {Site.ComposerOf} */
({ visible, disabled, covered, nameOf, textOf }) => {
  const PICTURE = 64; // pixels: smaller ones are icons
  const MENU = '[role="menu"]';
  const ITEM = '[role^="menuitem"], [role="option"], button';

  /** @type {(element: Element) => boolean} */
  const opensMenu = (element) => {
    const what = element.getAttribute("aria-haspopup");
    return Boolean(what && what !== "false");
  };

  /** @type {(element: Site.Found) => boolean} */
  const isOpen = (element) => element.getAttribute("aria-expanded") === "true" || element.dataset?.state === "open";

  // The largest part of the page that holds the element and not the box.
  /** @type {(element: Element, box: Element) => Element} */
  const branchOf = (element, box) => {
    let branch = element;
    while (branch.parentElement && !branch.parentElement.contains(box)) branch = branch.parentElement;
    return branch;
  };

  /** @type {(element: Element | null) => number} */
  const depthOf = (element) => {
    let depth = 0;
    for (let up = element; up; up = up.parentElement) depth += 1;
    return depth;
  };

  /** @type {(element: Element) => boolean} */
  const isPicture = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width >= PICTURE && height >= PICTURE;
  };

  // Whether a button belongs to a picture of its own, as on the cards of a gallery.
  /** @type {(element: Element, branch: Element, box: Element) => boolean} */
  const isOnCard = (element, branch, box) => {
    if (branch === element || box.closest("form")?.contains(element)) return false;
    return [...branch.querySelectorAll("img, video")].some((each) => !element.contains(each) && isPicture(each));
  };

  /** @type {(one: Element, other: Element) => number} */
  const distance = (one, other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom, 0);
  };

  /** @type {(element: Element, box: Element) => number} */
  const sharedDepth = (element, box) => depthOf(branchOf(element, box).parentElement);

  // The buttons that stand no closer to another box than to this one.
  /** @type {(box: Site.Place, places: Site.Place[], boxes: Site.Place[]) => Site.Place[]} */
  const ownOf = (box, places, boxes) =>
    places.filter(({ element }) =>
      boxes.every((other) => other.element.contains(box.element) || sharedDepth(element, other.element) <= sharedDepth(element, box.element)));

  // How close a button stands to the box: first by what holds them both, then by the way between them.
  /** @type {(box: Element, places: Site.Place[]) => Site.NearPlace[]} */
  const nearest = (box, places) => {
    const ranked = places.map((place) => {
      const branch = branchOf(place.element, box);
      const depth = branch.parentElement ? depthOf(branch.parentElement) : 0;
      return { ...place, depth, isOnCard: isOnCard(place.element, branch, box), distance: distance(place.element, box) };
    });
    return ranked
      .filter((each) => !each.isOnCard)
      .sort((one, other) => other.depth - one.depth || one.order - other.order || one.distance - other.distance);
  };

  /** @implements {Site.Composer} */
  class Composer {
    /** @param {Site.Watch} watch */
    constructor(watch) {
      this.watch = watch;
      /** @type {Site.Place[]} */
      this.openers = [];
      /** @type {Site.Place[]} */
      this.entries = [];
      /** @type {Site.Found[]} */
      this.starters = [];
      /** @type {Site.Found | undefined} */
      this.box = undefined;
      /** @type {Site.Place | null} */
      this.way = null;
      /** @type {Site.Place | null} */
      this.edit = null;
      /** @type {Site.Kind} */
      this.kind = "";
      /** @type {Site.Kind} */
      this.mode = "";
      /** @type {string[]} */
      this.cards = [];
    }

    // What the page holds now, found out once for each look.
    look() {
      this.openers = this.places("opener");
      this.entries = this.places("opener_item");
      const boxes = this.places("prompt");
      const edits = this.places("edit");
      /** @type {(element: Site.Found) => boolean} */
      const isNone = (element) => opensMenu(element) || edits.some((edit) => edit.element === element);
      const all = ["submit", "redo"].flatMap((control, group) =>
        this.places(control, (element) => !isNone(element), group * 1000));
      this.starters = all.map(({ element }) => element);
      const found = boxes.map((box) => this.around(box, ownOf(box, all, boxes), ownOf(box, edits, boxes)));
      const first = found.find(({ kind }) => kind === "video") ?? found[0];
      this.box = first?.box.element;
      this.way = first ? first.way : (all[0] ?? null);
      this.kind = first?.kind ?? "";
      this.mode = first?.mode ?? this.watch.choices.mode(this.watch, undefined, false);
      this.edit = first?.edit ?? null;
      this.cards = first?.cards ?? [];
      return { prompt: first?.box ?? null };
    }

    // All visible elements of a control, each with the alternative that found it and its number among what that finds.
    /** @param {string} control @param {(element: Site.Found) => boolean} [keep] @param {number} [from] @returns {Site.Place[]} */
    places(control, keep = () => true, from = 0) {
      const met = new Set();
      return this.watch.asked.table.controls[control].flatMap((alternative, index) =>
        this.watch
          .all(alternative)
          .filter(visible)
          .map((element, nth) => ({ control, index, nth, element, order: from + index, anyUse: Boolean(alternative.any_use) }))
          .filter(({ element }) => keep(element) && !met.has(element) && met.add(element)));
    }

    /** @param {Site.Place} box @param {Site.Place[]} starters @param {Site.Place[]} edits */
    around(box, starters, edits) {
      const ways = nearest(box.element, starters);
      const way = ways.find((each) => each.depth === ways[0].depth && !disabled(each.element)) ?? ways[0] ?? null;
      const cards = starters.filter(({ element }) => isOnCard(element, branchOf(element, box.element), box.element));
      const edit = nearest(box.element, edits)[0] ?? null;
      const isEdit = edit !== null && !(way && !way.anyUse && isCloser(way, edit));
      const isNamed = !isEdit && ((way && !way.anyUse) || !box.anyUse || this.hasVideoOptions(box.element));
      const mode = this.watch.choices.mode(this.watch, box.element, isNamed);
      /** @type {Site.Kind} */
      const kind = isEdit ? "other" : isNamed || mode === "video" ? "video" : mode === "other" ? "other" : "unknown";
      return { box, way, edit, kind, mode, cards: [...new Set(cards.map(({ element }) => labelOf(element)))] };
    }

    // Only videos have a length.
    /** @param {Site.Found} box */
    hasVideoOptions(box) {
      const lengths = this.watch.choices.of(this.watch, "duration", box);
      return lengths.some((each) => !each.in_popup && this.watch.choices.isBeside(each.id, box));
    }

    // Whether something is, or stands in the menu of, the button that brings the composer: other entries of that menu
    // start a video without a prompt.
    /** @param {Site.Found} element */
    isForbidden(element) {
      const menu = element.closest(MENU);
      const isOpeners = menu && (this.entries.some((entry) => menu.contains(entry.element)) || this.opensInto(menu));
      return Boolean(isOpeners) || this.openers.some((opener) => opener.element.contains(element));
    }

    /** @param {Site.Found} menu */
    opensInto(menu) {
      const names = (menu.getAttribute("aria-labelledby") ?? "").split(/\s+/);
      return this.openers.some(({ element }) => isOpen(element) || (element.id && names.includes(element.id)))
        || this.watch.asked.table.controls.opener.some(({ name }) => name && this.watch.pattern(name).test(nameOf(menu)));
    }

    /** @param {Site.Place} place @returns {Site.Button} */
    button({ index, nth, element }) {
      return { index, nth, disabled: disabled(element), covered: covered(element), name: labelOf(element) };
    }

    submit() {
      return this.way && { control: this.way.control, ...this.button(this.way) };
    }

    opener() {
      const [first] = this.openers;
      return first ? { ...this.button(first), is_open: isOpen(first.element) } : null;
    }

    // The menu that is open, and its entry for prompts; no other entry of it is of any use to us. Not every menu says
    // that it is one: then its entry tells.
    menu() {
      const menus = [...document.querySelectorAll(MENU)].filter((menu) => visible(menu) && !menu.contains(this.box ?? null));
      const [item] = this.entries;
      if (!menus.length && !item) return null;
      const items = menus.flatMap((menu) => [...menu.querySelectorAll(ITEM)]).filter(visible);
      return { items: items.map(labelOf).slice(0, 20), item: item ? this.button(item) : null };
    }
  }

  /** @type {(one: Site.NearPlace, other: Site.NearPlace) => boolean} */
  const isCloser = (one, other) => one.depth > other.depth || (one.depth === other.depth && one.distance <= other.distance);
  /** @type {(element: Site.Found) => string} */
  const labelOf = (element) => (nameOf(element) || textOf(element)).slice(0, 40);

  return Composer;
}
