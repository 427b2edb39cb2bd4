// While armed, lets a press through to the page's button only if the box holds exactly the prompt and the page is not
// in another mode than Video: between our last look and the press the page may have put an old draft into the box.
// A press is stopped at its first event, before the page hears of it, and nothing of it is let through any more.
/** @type {Site.GuardOf} */
({ wrong }) => {
  const PRESS = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "submit"];

  /** @implements {Site.Guard} */
  class Guard {
    /** @param {Site.Watch} watch */
    constructor(watch) {
      this.watch = watch;
      this.armed = false;
      this.stopped = this.begun = false;
      for (const name of PRESS) addEventListener(name, (event) => this.heed(event), { capture: true, passive: false });
    }

    /** @param {Event} event */
    heed(event) {
      if (event.type === "pointerdown") this.stopped = this.begun = false;
      if (!this.armed || !event.isTrusted) return;
      this.watch.refresh();
      if (!(this.stopped || this.isAimed(event))) return;
      if (!this.stopped && !this.isAstray(event) && !wrong(this.watch, this.begun)) {
        this.begun = true;
        return;
      }
      this.stopped = true;
      event.preventDefault();
      event.stopImmediatePropagation();
      // The page has had a part of this press, so something may come of it.
      if (event.type === "click" && this.begun) this.watch.clicks += 1;
    }

    /** @param {Event} event */
    isAimed({ type, target: aimed }) {
      const target = /** @type {Node} */ (aimed);
      const buttons = this.watch.composer.starters;
      return buttons.some((button) => button.contains(target) || (type === "submit" && target.contains(button)));
    }

    // Whether another button of the same name is pressed than the composer's.
    /** @param {Event} event */
    isAstray({ type, target }) {
      const ours = this.watch.composer.way?.element;
      return type !== "submit" && !this.begun && !ours?.contains(/** @type {Node} */ (target));
    }
  }

  return Guard;
}
