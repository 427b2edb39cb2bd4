// One video, as large as the window, with its facts; the arrows lead on through what the wall shows.

/** @import { Video } from "./page.js" */
import { shown } from "./choosing.js";
import { judgeByKey, judging } from "./judging.js";
import { byId, bytes, calm, find, habit, icon, make, say, seconds, setHabit, setIcon, videoOf } from "./page.js";
import { inWords, pickOf, whenPicked } from "./picks.js";
import { settle } from "./playing.js";
import { beside, besideTwins, toggleBeside } from "./side.js";
import { Stage, letGo, onStage } from "./stage.js";
import { promptOf, shortOf, tiles } from "./tiles.js";

const SWIPE = 50; // pixels

export class Viewer extends Stage {
  constructor() {
    super(byId("viewer"));
    this.place = find(".place", this.dialog);
    /** @type {HTMLElement} */
    this.aside = find("aside", this.dialog);
    /** @type {string[]} */
    this.ids = [];
    this.at = 0;
    /** @type {HTMLVideoElement | null} */
    this.clip = null;
    this.judging = judging(() => this.id);
    this.sound = make(
      "button",
      { type: "button", class: "icon", title: "Sound (M)", click: () => this.mute() },
      icon("mute"),
    );
    find(".bottom", this.dialog).append(this.transport, this.sound, this.judging.bar);
    this.transport.append(this.sound);
    this.showFacts(habit("facts", innerWidth > 900));
    this.listenForFingers();
    whenPicked(() => this.dialog.open && this.update());
  }

  get id() {
    return this.ids[this.at];
  }

  get time() {
    return this.clip?.currentTime || 0;
  }

  get length() {
    return this.clip?.duration || 0;
  }

  get plays() {
    return this.clip !== null && !this.clip.paused;
  }

  home() {
    return this.place;
  }

  /** Open the viewer at a video; the arrows then lead through the wall as it is shown now. @param {string} id */
  show(id) {
    this.ids = shown.includes(id) ? [...shown] : [id, ...shown];
    this.at = this.ids.indexOf(id);
    this.fill();
    this.open();
  }

  /** Put the present video on the stage. */
  fill() {
    const video = videoOf(this.id);
    this.empty();
    const element = onStage(video, { loop: true });
    this.place.replaceChildren(element);
    this.clip = element instanceof HTMLVideoElement ? element : null;
    this.transport.hidden = !this.clip;
    this.clip?.addEventListener("error", () => ((this.clip = null), (this.transport.hidden = true)));
    this.listen(habit("sound", false));
    if (!calm.matches) this.clip?.play().catch(() => {});
    this.dialog.setAttribute("aria-label", `${this.id}, ${this.at + 1} of ${this.ids.length}`);
    find(".where", this.dialog).replaceChildren(
      make("strong", {}, video.short),
      make("span", {}, ` ${this.at + 1} of ${this.ids.length}`),
      ...(video.hd ? [make("span", { class: "mark" }, "HD")] : []),
    );
    this.aside.replaceChildren(facts(video, (id) => this.show(id)));
    this.update();
  }

  update() {
    this.judging.update();
    find("[data-do=mark]", this.dialog).setAttribute("aria-pressed", String(beside.includes(this.id)));
    const { keep } = pickOf(this.id);
    this.place.dataset.keep = String(keep ?? "");
  }

  /** @param {number} step */
  turn(step) {
    const next = this.at + step;
    if (next < 0 || next >= this.ids.length)
      return say(step < 0 ? "This is the first video" : "This is the last video");
    this.at = next;
    this.fill();
    say(`${this.id}, ${this.at + 1} of ${this.ids.length}, ${inWords(pickOf(this.id))}`);
  }

  get does() {
    return { back: () => this.turn(-1), next: () => this.turn(1), mark: () => this.mark(), info: () => this.info() };
  }

  mark() {
    toggleBeside(this.id);
    this.update();
  }

  info() {
    setHabit("facts", this.aside.hidden === true);
    this.showFacts(this.aside.hidden === true);
  }

  /** @param {boolean} are */
  showFacts(are) {
    this.aside.hidden = !are;
    find("[data-do=info]", this.dialog).setAttribute("aria-pressed", String(are));
  }

  mute() {
    setHabit("sound", this.clip?.muted ?? true);
    this.listen(this.clip?.muted ?? true);
  }

  /** @param {boolean} loud */
  listen(loud) {
    if (this.clip) this.clip.muted = !loud;
    setIcon(this.sound, loud ? "sound" : "mute");
    this.sound.setAttribute("aria-label", loud ? "Sound off" : "Sound on");
  }

  playPause() {
    if (this.clip?.paused) this.clip.play().catch(() => {});
    else this.clip?.pause();
  }

  /** @param {number} time */
  seek(time) {
    if (this.clip) this.clip.currentTime = time;
  }

  /** @param {string} key @param {KeyboardEvent} event */
  key(key, event) {
    /** @type {Record<string, number>} */
    const steps = { arrowleft: -1, arrowup: -1, arrowright: 1, arrowdown: 1, pageup: -1, pagedown: 1 };
    if (key in steps) this.turn(steps[key]);
    else if (key === "home") this.turn(-this.at);
    else if (key === "end") this.turn(this.ids.length - 1 - this.at);
    else if (key === "m") this.mute();
    else if (key === "i") this.info();
    else if (key === "c") this.mark();
    else if (key === "t") besideTwins(videoOf(this.id));
    else if (judgeByKey(event, this.id)) this.goOn(key, event);
    else return false;
    return true;
  }

  /** With Shift, Keep and Reject lead on to the next video. @param {string} key @param {KeyboardEvent} event */
  goOn(key, event) {
    if (event.shiftKey && "kx".includes(key)) this.turn(1);
  }

  empty() {
    letGo(this.clip);
    this.clip = null;
    this.place.replaceChildren();
  }

  closed() {
    if (this.dialog.open) return;
    this.empty();
    if (!byId("side").open) tiles.get(this.id)?.focus();
    settle();
  }

  listenForFingers() {
    /** @type {PointerEvent | null} */
    let from = null;
    this.place.addEventListener("pointerdown", (event) => (from = event));
    this.place.addEventListener("pointerup", (event) => {
      const [across, down] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
      from = null;
      if (/** @type {Element} */ (event.target).closest("a")) return;
      if (event.pointerType !== "mouse" && Math.abs(across) > Math.max(SWIPE, Math.abs(down)))
        this.turn(across < 0 ? 1 : -1);
      else if (Math.hypot(across, down) < 10) this.playPause();
    });
  }
}

/**
 * Return all that is known of a video as a list of terms; `show` leads to one of its twins.
 * @param {Video} video @param {(id: string) => void} show
 */
function facts(video, show) {
  /** @type {[string, string | number | Node | undefined][]} */
  const rows = [
    ["Prompt", promptOf(video)],
    ["Choices", video.choices.join(", ")],
    ["Length", video.duration && seconds(video.duration)],
    ["Resolution", video.width && video.height && `${video.width}\u00d7${video.height}`],
    ["File size", video.size && bytes(video.size)],
    ["Made", video.made_at && new Date(video.made_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })],
    ["Took", video.seconds && seconds(video.seconds)],
    ["Attempts", video.attempts],
    ["Account", video.account],
    ["Worker", video.worker],
    [
      "Misses",
      video.missed.length && make("ul", {}, ...video.missed.map((text) => make("li", { class: "wary" }, text))),
    ],
    ["Less", video.degraded && make("span", { class: "wary" }, video.degraded)],
    [
      "Looks like",
      video.twins.length &&
        make(
          "span",
          {},
          ...video.twins.map((id) =>
            make("button", { type: "button", class: "plain", click: () => show(id) }, shortOf(id)),
          ),
        ),
    ],
    ["Open", links(video)],
  ];
  return make(
    "dl",
    {},
    ...rows.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
  );
}

/** @param {Video} video */
function links(video) {
  const places = [
    ["file", video.file],
    ["HD file", video.hd],
    ["on the site", video.address],
  ].filter(([, href]) => href);
  return (
    places.length &&
    make(
      "span",
      {},
      ...places.map(([name, href]) =>
        make("a", { href, target: "_blank", rel: "noopener noreferrer" }, name, icon("out")),
      ),
    )
  );
}
