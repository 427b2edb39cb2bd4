// Remembers what was on the page before each press of a person, and tells by that which of the presses have brought a
// box: the last one before which it was not there, and, if that was made on something that was not there either, such as
// an entry of a menu, the one that has brought that. `finder` is what finder.js returns, `told` what described.js does.
/** @type {Site.PressesOf} */
(finder, { boxes, pressables, describe }) => {
  const REGION_ENDS = "main, body";
  const MEDIA = "video, img";
  const MOST = 20; // of the buttons around a box

  // The part of the page that belongs to a box: up to what holds pictures, too.
  /** @type {(box: Element) => Element} */
  const regionOf = (box) => {
    const form = box.closest("form");
    if (form) return form;
    let region = box;
    for (let up = box.parentElement; up && !up.matches(REGION_ENDS) && !up.querySelector(MEDIA); up = up.parentElement)
      region = up;
    return region;
  };

  /** @type {(element: Element) => string} */
  const wordsOf = (element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
  /** @type {(box: Element) => Set<string>} */
  const wordsAround = (box) => new Set(pressables(regionOf(box)).map(wordsOf).filter(Boolean));
  /** @type {(element: Element) => string} */
  const keyOf = (element) => {
    const words = wordsOf(element);
    return words && `${finder.roleOf(element)} ${words}`;
  };

  /**
   * What was there before a press: the words around each box, all that can be pressed, and what it is called.
   * @typedef {{ element: Site.Found, words: Map<Site.Found, Set<string>>, there: Set<Site.Found>, keys: Set<string> }} Press
   */

  /** @implements {Site.Presses} */
  class Presses {
    constructor() {
      /** @type {Press[]} */
      this.all = [];
      /** @type {WeakMap<Element, number[]>} */
      this.met = new WeakMap();
    }

    // Take down a press of an element, before the page hears of it.
    /** @param {Site.Found} element */
    note(element) {
      const there = pressables(document);
      const known = boxes();
      const words = new Map(known.map((box) => [box, wordsAround(box)]));
      this.all.push({ element, words, there: new Set(there), keys: new Set(there.map(keyOf)) });
      const buttons = known.flatMap((box) => pressables(regionOf(box)));
      return {
        number: this.all.length - 1,
        boxes: known.map((box) => describe(box)),
        buttons: [...new Set(buttons)].filter((each) => each !== element).slice(0, MOST).map((each) => describe(each)),
      };
    }

    // Take down that a box is used now: what is typed later may change what is around it.
    /** @param {Site.Found} box */
    meet(box) {
      const way = this.wayTo(box);
      this.met.set(box, way);
      return way;
    }

    // The way to a box as it was before anything was typed.
    /** @param {Site.Found} box */
    metBy(box) {
      return this.met.get(box) ?? this.meet(box);
    }

    // The numbers of the presses that have brought a box, in their order; none if it was there from the beginning.
    /** @param {Site.Found} box */
    wayTo(box) {
      const came = this.all.findLastIndex(({ words }) => !words.has(box));
      const last = came < 0 ? this.turned(box) : came;
      return last < 0 ? [] : this.before([last]);
    }

    // The press by which a box that was there already has got most of the buttons that are around it now.
    /** @param {Site.Found} box */
    turned(box) {
      const now = wordsAround(box);
      const gains = this.all.map(({ words }, index) => {
        const [before, after] = [words.get(box), this.all[index + 1]?.words.get(box) ?? now];
        return [...now].filter((word) => after.has(word) && !before?.has(word)).length;
      });
      return gains.findIndex((gain) => gain > 0 && gain === Math.max(...gains));
    }

    /** @param {number[]} way @returns {number[]} */
    before(way) {
      const { element } = this.all[way[0]];
      const brought = this.all.findLastIndex((press, index) => index < way[0] && !this.wasThere(element, press));
      return brought < 0 ? way : this.before([brought, ...way]);
    }

    // Pages draw their buttons anew: then the words tell.
    /** @param {Element} element @param {Press} press */
    wasThere(element, { there, keys }) {
      const key = keyOf(element);
      return there.has(element) || (key !== "" && keys.has(key));
    }
  }

  return Presses;
}
