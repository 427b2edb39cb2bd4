// Two to four videos side by side, on one clock.

/** @import { Video } from "./page.js" */
import { Clock } from "./clock.js";
import { judgeByKey, judging } from "./judging.js";
import { BY_ID, byId, calm, find, habit, icon, make, note, say, setHabit, videoOf } from "./page.js";
import { pickOf, whenPicked } from "./picks.js";
import { settle } from "./playing.js";
import { nextSpeed } from "./single.js";
import { Stage, letGo, onStage } from "./stage.js";
import { current, shape, shortOf, tiles } from "./tiles.js";
import { side } from "./wall.js";

const MOST = 4;
const FRAME = 1 / 24;
const READY = 1000; // milliseconds to wait for all before the first starts
/** @type {string[]} */
export let beside = []; // ids that are marked for it

/** @param {string} id */
export function toggleBeside(id) {
  if (beside.includes(id)) setBeside(beside.filter((other) => other !== id));
  else if (!videoOf(id).file) note(`${id} is not on disk.`);
  else if (beside.length === MOST) note(`${MOST} videos fit side by side: take one away first.`);
  else setBeside([...beside, id]);
}

/** @param {string[]} ids */
export function setBeside(ids) {
  const changed = new Set([...beside, ...ids]);
  beside = ids;
  for (const id of changed) tiles.get(id)?.update();
  drawTray();
  say(ids.length ? `Side by side: ${ids.map(shortOf).join(", ")}` : "Nothing marked for side by side");
}

function drawTray() {
  const tray = byId("tray");
  tray.hidden = !beside.length;
  find(".chosen", tray).replaceChildren(
    ...beside.map((id) =>
      make(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-label": `Take ${id} away`,
          click: () => (toggleBeside(id), afterTray()),
        },
        shortOf(id),
        icon("reject"),
      ),
    ),
  );
  byId("side-open").disabled = beside.length < 2;
}

function afterTray() {
  (byId("tray").hidden ? current?.open : byId("side-clear"))?.focus();
}

/** @param {Video} video */
export function besideTwins(video) {
  const ids = [video.id, ...video.twins].filter((id) => BY_ID.get(id)?.file).slice(0, MOST);
  if (ids.length < 2) return note(`${video.id} has no twins on disk.`);
  setBeside(ids);
  side.show();
}

export class Side extends Stage {
  constructor() {
    super(byId("side"));
    this.panes = find(".panes", this.dialog);
    /** @type {HTMLInputElement} */
    this.seam = make("input", {
      type: "range",
      class: "seam",
      min: 0,
      max: 100,
      value: 50,
      "aria-label": "Seam between the two",
      input: () => this.moveSeam(Number(this.seam.value)),
    });
    find(".bottom", this.dialog).append(this.transport, this.seam);
    this.watch = new Clock({ together: true });
    /** @type {ReturnType<Side["part"]>[]} */
    this.parts = [];
    new ResizeObserver(() => this.fit()).observe(this.panes);
    this.panes.addEventListener("pointermove", (event) => {
      const { left, width } = this.panes.getBoundingClientRect();
      if (this.isWiping) this.moveSeam(((event.clientX - left) / width) * 100);
    });
    whenPicked(() => this.update());
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

  home() {
    return this.parts[0]?.pane ?? this.toggle;
  }

  show() {
    if (beside.length < 2) return note("Mark two to four videos first: C, or the button on a tile.");
    byId("viewer").close();
    this.parts = beside.map((id) => this.part(id));
    this.panes.replaceChildren(...this.parts.map(({ pane }) => pane));
    this.source.of(beside.map(videoOf));
    this.watch = new Clock({ together: true });
    this.watch.setRate(habit("speed", 1));
    this.wipe(false);
    for (const { clip } of this.parts) if (clip instanceof HTMLVideoElement) this.watch.add(clip);
    this.update();
    this.open();
    this.fit();
    this.begin(this.watch);
  }

  /** @param {string} id */
  part(id) {
    const judge = judging(() => id);
    const clip = onStage(videoOf(id));
    const pane = make(
      "div",
      { class: "pane", tabindex: "0", role: "group", "aria-label": id },
      make("div", { class: "frame" }, clip),
      make("div", { class: "below" }, make("strong", {}, shortOf(id)), judge.bar),
    );
    pane.addEventListener("pointerdown", () => pane.focus({ preventScroll: true }));
    return { id, clip, pane, judge };
  }

  /** Start when all are ready, or when one keeps the others waiting too long. @param {Clock} watch */
  async begin(watch) {
    const ready = this.parts.map(
      ({ clip }) =>
        !(clip instanceof HTMLVideoElement) ||
        clip.readyState > 2 ||
        new Promise((resolve) =>
          ["canplay", "error"].forEach((name) => clip.addEventListener(name, resolve, { once: true })),
        ),
    );
    await Promise.race([Promise.all(ready), new Promise((resolve) => setTimeout(resolve, READY))]);
    if (watch === this.watch && this.dialog.open && !calm.matches) (watch.set(0), watch.start());
  }

  update() {
    for (const { id, pane, judge } of this.parts) {
      judge.update();
      pane.dataset.keep = String(pickOf(id).keep ?? "");
    }
  }

  /** Choose the number of columns that makes the videos largest. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.panes;
    const count = this.parts.length || 1;
    const widths = Array.from({ length: count }, (_, index) => {
      const columns = index + 1;
      return Math.min(width / columns, (height / Math.ceil(count / columns) - 48) * shape());
    });
    this.panes.style.setProperty("--columns", String(widths.indexOf(Math.max(...widths)) + 1));
  }

  /** @returns {ReturnType<Side["part"]> | undefined} */
  get inFocus() {
    return this.parts.find(({ pane }) => pane.contains(document.activeElement)) ?? this.parts[0];
  }

  playPause() {
    if (this.watch.running) this.watch.stop();
    else this.watch.start();
  }

  /** @param {number} time */
  seek(time) {
    this.watch.set(time);
  }

  get isWiping() {
    return this.panes.classList.contains("wipe");
  }

  /** Lay two videos over each other with a seam that moves, or side by side again. @param {boolean} on */
  wipe(on) {
    if (on && this.parts.length !== 2) return note("A seam is for two videos: take the others away.");
    this.panes.classList.toggle("wipe", on);
    find("[data-do=wipe]", this.dialog).setAttribute("aria-pressed", String(on));
    this.seam.hidden = !on;
    this.moveSeam(50);
  }

  /** @param {number} percent */
  moveSeam(percent) {
    this.seam.value = String(percent);
    this.panes.style.setProperty("--seam", `${Math.min(100, Math.max(0, percent))}%`);
  }

  get does() {
    return { wipe: () => this.wipe(!this.isWiping) };
  }

  /** @param {number} step */
  changeSpeed(step) {
    setHabit("speed", nextSpeed(habit("speed", 1), step));
    this.watch.setRate(habit("speed", 1));
    say(`Speed ${habit("speed", 1)}`);
  }

  /** @param {number} frames */
  step(frames) {
    this.watch.stop();
    this.watch.set(Math.min(this.watch.time + frames * FRAME, this.length - FRAME));
  }

  /** @param {string} key @param {KeyboardEvent} event */
  key(key, event) {
    const index = this.parts.findIndex((part) => part === this.inFocus);
    /** @type {Record<string, number>} */
    const steps = { arrowleft: -1, arrowup: -1, arrowright: 1, arrowdown: 1 };
    if (key.startsWith("arrow") && event.target === this.seam) return false;
    if (key in steps) this.parts[(index + steps[key] + this.parts.length) % this.parts.length].pane.focus();
    else if (key === ",") this.step(-1);
    else if (key === ".") this.step(1);
    else if (key === "[") this.changeSpeed(-1);
    else if (key === "]") this.changeSpeed(1);
    else if (key === "w") this.wipe(!this.isWiping);
    else return judgeByKey(event, [this.parts[index].id]);
    return true;
  }

  closed() {
    if (this.dialog.open) return;
    this.watch.stop();
    for (const { clip } of this.parts) letGo(clip);
    const last = this.inFocus?.id;
    this.parts = [];
    this.panes.replaceChildren();
    if (last) tiles.get(last)?.focus();
    settle();
  }
}
