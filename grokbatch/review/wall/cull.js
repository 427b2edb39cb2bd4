// Culling: one video after the other, a key for each, and nothing is final before the end.

/** @import { Pick } from "./page.js" */
import { shown } from "./choosing.js";
import { digit } from "./judging.js";
import { byId, find, icon, make, nameOf, note, say, setUnfinished, unfinished, videoOf, waiting } from "./page.js";
import { asPick, change, inWords, pickOf } from "./picks.js";
import { settle } from "./playing.js";
import { Single } from "./single.js";
import { letGo, onStage } from "./stage.js";
import { tiles } from "./tiles.js";
import { pairs } from "./wall.js";

const DRAFT = "cull";
/** @typedef {{ id: string, wish: Partial<Pick> }} Decision */
/** @typedef {import("./picks.js").Stand} Stand */

export class Cull extends Single {
  constructor() {
    super(byId("cull"));
    /** @type {string[]} */
    this.ids = [];
    this.at = 0;
    this.round = 1;
    /** What was decided in this round, in its order; nothing of it is a pick yet. @type {Decision[]} */
    this.decisions = [];
    /** @type {Decision[]} */
    this.undone = [];
    /** Videos that are loaded before they are wanted, by their ids. @type {Map<string, Element>} */
    this.ready = new Map();
    this.buttons = make(
      "div",
      { class: "decide", role: "group", "aria-label": "Your decision" },
      this.button("rejected", "reject", "Reject", "X or Down arrow"),
      this.button("maybe", "maybe", "Maybe", "B"),
      this.button("kept", "keep", "Keep", "K or Up arrow"),
    );
    find(".bottom", this.dialog).append(this.transport, this.buttons);
    this.end = find(".end", this.dialog);
  }

  /** @param {Stand} stand @param {string} name @param {string} text @param {string} keys */
  button(stand, name, text, keys) {
    return make("button", { type: "button", class: name, title: `${text} (${keys})`, click: () => this.decide(asPick(stand)) }, icon(name), text);
  }

  get id() {
    return this.ids[this.at] ?? "";
  }

  get isOver() {
    return this.at >= this.ids.length;
  }

  home() {
    return this.isOver ? find("[data-do=finish]", this.dialog) : this.place;
  }

  /** Begin a round among what is shown, or go on with the one that was left. */
  begin() {
    const left = unfinished(DRAFT);
    if (left) this.resume(left);
    else {
      const onDisk = shown.filter((id) => videoOf(id).file);
      const open = onDisk.filter((id) => pickOf(id).keep === null);
      this.start(open.length ? open : onDisk, 1);
    }
  }

  /** @param {{ ids: string[], round: number, decisions: Decision[] }} left */
  resume({ ids, round, decisions }) {
    const there = new Set(ids.filter((id) => tiles.has(id)));
    this.start([...there], round);
    this.decisions = decisions.filter(({ id }) => there.has(id));
    if (!this.decisions.length) return;
    const last = this.decisions[this.decisions.length - 1];
    this.at = this.ids.indexOf(last.id) + 1;
    this.fill();
    say(`Going on with round ${round}: ${this.where()}`);
  }

  /** @param {string[]} ids @param {number} round */
  start(ids, round) {
    if (!ids.length) return note("There is no video on disk to go through.");
    Object.assign(this, { ids, round, at: 0, decisions: [], undone: [] });
    this.open();
    this.fill();
  }

  where() {
    return `${Math.min(this.at + 1, this.ids.length)} of ${this.ids.length}`;
  }

  /** Put the present video on the stage, or show the end, and load the next one. */
  fill() {
    this.end.hidden = !this.isOver;
    for (const part of [find(".middle", this.dialog), find(".bottom", this.dialog)]) part.hidden = this.isOver;
    this.dialog.setAttribute("aria-label", `One by one, ${this.isOver ? "the end" : `${this.id}, ${this.where()}`}`);
    find(".where", this.dialog).replaceChildren(
      ...(this.isOver ? [make("strong", {}, "The end")] : [make("strong", {}, this.where()), nameOf(videoOf(this.id))]),
      ...(this.round > 1 ? [make("span", { class: "mark" }, `Round ${this.round}`)] : []),
    );
    find(".progress", this.dialog).style.setProperty("--done", String(this.at / this.ids.length));
    if (this.isOver) return this.showEnd();
    const ready = this.ready.get(this.id);
    this.ready.delete(this.id);
    this.put(videoOf(this.id), ready?.isConnected === false ? ready : undefined);
    const wish = this.wishOf(this.id);
    this.place.dataset.keep = String(wish.keep ?? "");
    for (const [name, is] of Object.entries({ keep: wish.keep === true, reject: wish.keep === false, maybe: wish.maybe }))
      find(`.${name}`, this.buttons).setAttribute("aria-pressed", String(Boolean(is)));
    this.place.focus();
    this.loadNext();
  }

  loadNext() {
    const wanted = this.ids.slice(this.at + 1, this.at + 2);
    for (const [id, element] of this.ready) if (!wanted.includes(id)) (letGo(element), this.ready.delete(id));
    for (const id of wanted) if (!this.ready.has(id)) this.ready.set(id, onStage(videoOf(id), { loop: true }));
  }

  /** The pick that a video would have if this round were finished now. @param {string} id @returns {Pick} */
  wishOf(id) {
    return Object.assign({}, pickOf(id), ...this.decisions.filter((one) => one.id === id).map(({ wish }) => wish));
  }

  /** @param {Partial<Pick>} wish */
  decide(wish) {
    if (this.isOver) return;
    this.decisions.push({ id: this.id, wish });
    this.undone = [];
    say(`${this.id}: ${inWords(this.wishOf(this.id))}`);
    this.moveTo(this.at + 1);
  }

  undo() {
    const last = this.decisions.pop();
    if (!last) return say("Nothing to undo in this round");
    this.undone.push(last);
    this.moveTo(this.ids.indexOf(last.id));
  }

  redo() {
    const next = this.undone.pop();
    if (!next) return say("Nothing to redo");
    this.decisions.push(next);
    this.moveTo(this.ids.indexOf(next.id) + 1);
  }

  /** @param {number} at */
  moveTo(at) {
    this.at = Math.min(Math.max(0, at), this.ids.length);
    setUnfinished(DRAFT, this.decisions.length ? { ids: this.ids, round: this.round, decisions: this.decisions } : null);
    this.fill();
  }

  showEnd() {
    this.empty();
    this.source.of([]);
    const counts = { kept: 0, maybe: 0, rejected: 0, undecided: 0 };
    for (const { keep, maybe } of this.ids.map((id) => this.wishOf(id)))
      counts[keep === true ? "kept" : keep === false ? "rejected" : maybe ? "maybe" : "undecided"]++;
    find("dl", this.end).replaceChildren(
      ...Object.entries(counts).flatMap(([name, count]) => [make("dt", {}, name), make("dd", { class: name }, String(count))]),
    );
    const more = find("[data-do=again]", this.dialog);
    more.hidden = counts.kept < 2 || counts.kept === this.ids.length;
    more.textContent = `Second round among the ${counts.kept} kept`;
    find("[data-do=pairs]", this.dialog).hidden = counts.kept < 2;
    find("[data-do=finish]", this.dialog).focus();
    say(Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", "));
  }

  /** Make picks of all decisions, in one step. @returns {string[]} what is kept */
  commit() {
    const ids = this.ids.filter((id) => this.decisions.some((one) => one.id === id));
    const kept = this.ids.filter((id) => this.wishOf(id).keep);
    change(ids.map((id) => [id, this.wishOf(id)]));
    this.decisions = [];
    setUnfinished(DRAFT, null);
    return kept;
  }

  get does() {
    return {
      back: () => this.moveTo(this.at - 1),
      next: () => this.moveTo(this.at + 1),
      undo: () => this.undo(),
      finish: () => (this.commit(), this.close()),
      again: () => this.start(this.commit(), this.round + 1),
      pairs: () => {
        const kept = this.commit();
        this.close();
        pairs.start(kept);
      },
      drop: () => ((this.decisions = []), setUnfinished(DRAFT, null), this.close()),
    };
  }

  /** @param {string} key @param {KeyboardEvent} event */
  key(key, event) {
    const number = digit(event);
    /** @type {Record<string, Stand>} */
    const stands = { k: "kept", arrowup: "kept", x: "rejected", arrowdown: "rejected", b: "maybe" };
    if (key === "z" && event.shiftKey) this.redo();
    else if (key === "y" && (event.ctrlKey || event.metaKey)) this.redo();
    else if (key === "z" || key === "backspace") this.undo();
    else if (key === "arrowleft") this.moveTo(this.at - 1);
    else if (this.isOver) return false;
    else if (key === "arrowright") this.moveTo(this.at + 1);
    else if (number !== null) this.decide({ rating: number || null });
    else if (key in stands) this.decide(asPick(stands[key]));
    else return this.showByKey(key);
    return true;
  }

  closed() {
    if (this.dialog.open) return;
    const { id } = this;
    this.empty();
    for (const element of this.ready.values()) letGo(element);
    this.ready.clear();
    if (this.decisions.length)
      note(`Nothing is changed yet: ${waiting(this.decisions.length, "decision")} until you finish. Go on with G.`);
    if (!byId("pairs").open) (tiles.get(id) ?? tiles.get(shown[0]))?.focus();
    settle();
  }
}
