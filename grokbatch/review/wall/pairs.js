// Choosing in pairs: two videos in step, the better one goes on, until all are in order.

import { shown } from "./choosing.js";
import { Clock } from "./clock.js";
import { byId, calm, find, icon, make, many, nameOf, note, say, setUnfinished, unfinished, videoOf, waiting } from "./page.js";
import { asPick, change, pickOf } from "./picks.js";
import { settle } from "./playing.js";
import { mostQuestions, nextPair } from "./ranking.js";
import { selected } from "./selection.js";
import { Stage, letGo, onStage } from "./stage.js";
import { shortOf, tiles } from "./tiles.js";

const DRAFT_OF_PAIRS = "pairs";
const HELD = 6; // videos that stay loaded: most pairs share one with the last
const USUAL = 5; // how many of the best are kept unless another number is given

export class Pairs extends Stage {
  constructor() {
    super(byId("pairs"));
    this.panes = find(".panes", this.dialog);
    this.end = find(".end", this.dialog);
    find(".bottom", this.dialog).append(this.transport);
    this.count = /** @type {HTMLInputElement} */ (find("input", this.end));
    this.count.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else the tile that gets the focus would be pressed
      this.does.best();
    });
    this.watch = new Clock({ together: true });
    /** @type {string[]} */
    this.ids = [];
    /** To the pairs so far: whether the first was better. @type {boolean[]} */
    this.answers = [];
    /** @type {boolean[]} */
    this.undone = [];
    /** The two ids as they stand on the page, left and right. @type {string[]} */
    this.sides = [];
    /** Loaded videos by their ids, the one that was wanted last at the end. @type {Map<string, Element>} */
    this.held = new Map();
    new ResizeObserver(() => this.sides.length && this.fit()).observe(this.panes);
  }

  get time() {
    return Math.min(this.watch.time, this.length);
  }

  get length() {
    return this.watch.length;
  }

  get plays() {
    return this.watch.running;
  }

  get next() {
    return nextPair(this.ids, this.answers);
  }

  home() {
    const pane = this.panes.firstElementChild;
    return pane instanceof HTMLElement ? pane : find("[data-do=best]", this.dialog);
  }

  /** Begin with what is selected, else with what is kept, or go on with what was left. */
  begin() {
    const left = unfinished(DRAFT_OF_PAIRS);
    const chosen = shown.filter((id) => selected.has(id));
    const kept = shown.filter((id) => pickOf(id).keep);
    if (left && left.ids.every((/** @type {string} */ id) => tiles.has(id))) this.start(left.ids, left.answers);
    else this.start((chosen.length > 1 ? chosen : kept).filter((id) => videoOf(id).file));
  }

  /** @param {string[]} ids @param {boolean[]} answers */
  start(ids, answers = []) {
    if (ids.length < 2) return note("Keep or select at least two videos on disk first, then compare them in pairs.");
    Object.assign(this, { ids, answers, undone: [], sides: [] });
    this.fill();
    this.open();
  }

  fill() {
    const { pair, order } = this.next;
    this.end.hidden = !order;
    for (const part of [find(".middle", this.dialog), find(".bottom", this.dialog)]) part.hidden = Boolean(order);
    this.source.of((pair ?? []).map(videoOf));
    const most = mostQuestions(this.ids.length);
    find(".where", this.dialog).replaceChildren(
      make("strong", {}, order ? "In order" : "Which is better?"),
      order ? "" : `Pair ${this.answers.length + 1} of at most ${most}`,
    );
    this.watch.stop();
    if (order) return this.showOrder(order);
    // Whoever stays for the next pair stays on its side.
    this.sides = this.sides[1] === pair[0] || this.sides[0] === pair[1] ? [pair[1], pair[0]] : [...pair];
    this.watch = new Clock({ together: true });
    this.panes.replaceChildren(...this.sides.map((id, at) => this.pane(id, at)));
    this.fit();
    this.dialog.setAttribute("aria-label", `In pairs: ${this.sides.map(shortOf).join(" or ")}`);
    this.loadLater();
    if (!calm.matches) (this.watch.set(0), this.watch.start());
    find(".pane", this.panes).focus();
    say(`${this.sides.map(shortOf).join(" or ")}? Pair ${this.answers.length + 1}`);
  }

  /** Put the two beside or above each other, whichever shows them larger. */
  fit() {
    const shapes = this.sides.map((id) => (videoOf(id).width || 9) / (videoOf(id).height || 16));
    /** @type {(width: number, height: number) => number} */
    const area = (width, height) =>
      shapes.reduce((sum, each) => sum + Math.min(width / each, height) ** 2 * each, 0);
    // Before the dialog is open, its parts have no size.
    const [width, height] = [this.panes.clientWidth || innerWidth - 40, this.panes.clientHeight || innerHeight - 160];
    const isStacked = area(width, height / 2 - 40) > area(width / 2, height - 40);
    this.panes.classList.toggle("stacked-panes", isStacked);
    const marks = isStacked ? ["\u2191", "\u2193"] : ["\u2190", "\u2192"];
    this.panes.querySelectorAll("kbd").forEach((kbd, at) => (kbd.textContent = marks[at]));
  }

  /** @param {string} id @param {number} at */
  pane(id, at) {
    const clip = this.take(id);
    if (clip instanceof HTMLVideoElement) this.watch.add(clip);
    return make(
      "button",
      {
        type: "button",
        class: "pane",
        "aria-label": `${id} is better`,
        title: at ? "This one is better (Right or Down arrow)" : "This one is better (Left or Up arrow)",
        click: () => this.prefer(at),
      },
      make("span", { class: "frame" }, clip),
      make("span", { class: "below" }, make("kbd", {}), nameOf(videoOf(id))),
    );
  }

  /** Return the element of a video, and let those go that nobody asked for recently. @param {string} id */
  take(id) {
    const clip = this.held.get(id) ?? onStage(videoOf(id));
    this.held.delete(id);
    this.held.set(id, clip);
    for (const [other, element] of this.held) {
      if (this.held.size <= HELD) break;
      if (this.sides.includes(other)) continue;
      letGo(element);
      this.held.delete(other);
    }
    return clip;
  }

  /** Load what either answer leads to. */
  loadLater() {
    for (const answer of [true, false])
      for (const id of nextPair(this.ids, [...this.answers, answer]).pair ?? []) this.take(id);
  }

  /** @param {number} at 0: the left one is better, 1: the right one */
  prefer(at) {
    const { pair } = this.next;
    if (!pair) return;
    this.answers.push(this.sides[at] === pair[0]);
    this.undone = [];
    this.keepDraft();
    this.fill();
  }

  undo() {
    const last = this.answers.pop();
    if (last === undefined) return say("Nothing to undo");
    this.undone.push(last);
    this.keepDraft();
    this.fill();
  }

  redo() {
    const again = this.undone.pop();
    if (again === undefined) return say("Nothing to redo");
    this.answers.push(again);
    this.keepDraft();
    this.fill();
  }

  keepDraft() {
    setUnfinished(DRAFT_OF_PAIRS, this.answers.length ? { ids: this.ids, answers: this.answers } : null);
  }

  /** @param {string[]} order */
  showOrder(order) {
    this.panes.replaceChildren();
    this.count.max = String(order.length);
    this.count.value = String(Math.min(USUAL, order.length));
    find("ol", this.end).replaceChildren(
      ...order.map((id) => {
        const { poster } = videoOf(id);
        return make("li", {}, poster ? make("img", { src: poster, alt: "" }) : icon("play"), nameOf(videoOf(id)));
      }),
    );
    find("[data-do=best]", this.dialog).focus();
    say(`In order: ${order.map(shortOf).join(", ")}`);
  }

  /** Write the order into the picks; of what was compared, keep only the best `most` if it is given. @param {number} [most] */
  write(most) {
    const order = this.next.order ?? [];
    const old = [...tiles.keys()].filter((id) => pickOf(id).rank !== null && !order.includes(id));
    change([
      ...old.map((id) => /** @type {[string, { rank: null }]} */ ([id, { rank: null }])),
      ...order.map((id, at) => {
        const wish = { rank: at + 1, ...(most === undefined ? {} : asPick(at < most ? "kept" : "rejected")) };
        return /** @type {[string, typeof wish]} */ ([id, wish]);
      }),
    ]);
    setUnfinished(DRAFT_OF_PAIRS, null);
    this.answers = [];
    this.close();
    note(`${many(order.length, "video")} in order${most === undefined ? "" : `, the first ${Math.min(most, order.length)} kept`}.`);
  }

  get does() {
    return {
      left: () => this.prefer(0),
      right: () => this.prefer(1),
      undo: () => this.undo(),
      order: () => this.write(),
      best: () => this.write(Math.max(1, Number(this.count.value) || USUAL)),
      drop: () => ((this.answers = []), this.keepDraft(), this.close()),
    };
  }

  playPause() {
    if (this.watch.running) this.watch.stop();
    else this.watch.start();
  }

  /** @param {number} time */
  seek(time) {
    this.watch.set(time);
  }

  /** @param {string} key @param {KeyboardEvent} event */
  key(key, event) {
    if (key === "z" && event.shiftKey) this.redo();
    else if (key === "y" && (event.ctrlKey || event.metaKey)) this.redo();
    else if (key === "z" || key === "backspace") this.undo();
    else if (this.next.order) return false;
    else if (key === "arrowleft" || key === "arrowup" || key === "1") this.prefer(0);
    else if (key === "arrowright" || key === "arrowdown" || key === "2") this.prefer(1);
    else return false;
    return true;
  }

  closed() {
    if (this.dialog.open) return;
    this.watch.stop();
    for (const clip of this.held.values()) letGo(clip);
    this.held.clear();
    this.panes.replaceChildren();
    if (this.answers.length) note(`Nothing is changed yet: ${waiting(this.answers.length, "answer")}. Go on with R.`);
    (tiles.get(this.ids[0]) ?? tiles.get(shown[0]))?.focus();
    settle();
  }
}
