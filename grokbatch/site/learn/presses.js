// Remembers what was on the page before each press of a person, and tells by that which of the presses have brought a
// box: the last one before which it was not there, and, if that was made on something that was not there either, such as
// an entry of a menu, the one that has brought that. `finder` is what finder.js returns, `told` what described.js does.
(finder, { boxes, pressables, describe }) => {
  const REGION_ENDS = "main, body";
  const MEDIA = "video, img";
  const MOST = 20; // of the buttons around a box

  // The part of the page that belongs to a box: up to what holds pictures, too.
  const regionOf = (box) => {
    const form = box.closest("form");
    if (form) return form;
    let region = box;
    for (let up = box.parentElement; up && !up.matches(REGION_ENDS) && !up.querySelector(MEDIA); up = up.parentElement)
      region = up;
    return region;
  };

  const wordsOf = (element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
  const wordsAround = (box) => new Set(pressables(regionOf(box)).map(wordsOf).filter(Boolean));
  const keyOf = (element) => {
    const words = wordsOf(element);
    return words && `${finder.roleOf(element)} ${words}`;
  };

  class Presses {
    constructor() {
      this.all = [];
      this.met = new WeakMap();
    }

    // Take down a press of an element, before the page hears of it.
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
    meet(box) {
      this.met.set(box, this.wayTo(box));
      return this.met.get(box);
    }

    // The way to a box as it was before anything was typed.
    metBy(box) {
      return this.met.get(box) ?? this.meet(box);
    }

    // The numbers of the presses that have brought a box, in their order; none if it was there from the beginning.
    wayTo(box) {
      const came = this.all.findLastIndex(({ words }) => !words.has(box));
      const last = came < 0 ? this.turned(box) : came;
      return last < 0 ? [] : this.before([last]);
    }

    // The press by which a box that was there already has got most of the buttons that are around it now.
    turned(box) {
      const now = wordsAround(box);
      const gains = this.all.map(({ words }, index) => {
        const [before, after] = [words.get(box), this.all[index + 1]?.words.get(box) ?? now];
        return [...now].filter((word) => after.has(word) && !before.has(word)).length;
      });
      return gains.findIndex((gain) => gain > 0 && gain === Math.max(...gains));
    }

    before(way) {
      const { element } = this.all[way[0]];
      const brought = this.all.findLastIndex((press, index) => index < way[0] && !this.wasThere(element, press));
      return brought < 0 ? way : this.before([brought, ...way]);
    }

    // Pages draw their buttons anew: then the words tell.
    wasThere(element, { there, keys }) {
      const key = keyOf(element);
      return there.has(element) || (key !== "" && keys.has(key));
    }
  }

  return Presses;
}
