// What stages with one video at a time have in common: playing it, sound, speed, frames, and its real size.

/** @import { Video } from "./page.js" */
import { calm, find, habit, icon, make, say, setHabit, setIcon, videoOf } from "./page.js";
import { Stage, letGo, onStage } from "./stage.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

/** The next faster or slower speed. @param {number} speed @param {number} step */
export const nextSpeed = (speed, step) =>
  SPEEDS[Math.min(Math.max(SPEEDS.indexOf(speed) + step, 0), SPEEDS.length - 1)];

/** Seconds that a frame of a video takes. @param {Video} video */
export const frameOf = ({ frames_per_second: rate }) => 1 / (rate || 24);

export class Single extends Stage {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    super(dialog);
    this.place = find(".place", dialog);
    /** @type {HTMLVideoElement | null} */
    this.clip = null;
    this.sound = make(
      "button",
      { type: "button", class: "icon", title: "Sound (M)", click: () => this.mute() },
      icon("mute"),
    );
    this.speed = make("button", { type: "button", class: "plain speed", title: "Slower: [ Faster: ]", click: () => this.changeSpeed(1, true) });
    this.size = make(
      "button",
      { type: "button", class: "plain", "aria-pressed": "false", "aria-label": "1:1, real size", title: "Real size (O)", click: () => this.zoom() },
      "1:1",
    );
    this.transport.append(this.sound, this.speed, this.size);
    this.drag();
  }

  get id() {
    return "";
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

  /** Put a video on the stage; `ready` is an element that has been loaded for it. @param {Video} video @param {Element} [ready] */
  put(video, ready) {
    this.empty();
    this.source.of([video]);
    const element = ready ?? onStage(video, { loop: true });
    this.place.replaceChildren(element);
    this.clip = element instanceof HTMLVideoElement ? element : null;
    this.transport.hidden = !this.clip;
    this.clip?.addEventListener("error", () => ((this.clip = null), (this.transport.hidden = true)));
    this.listen(habit("sound", false));
    this.setSpeed(habit("speed", 1));
    this.fitSize();
    this.clip?.addEventListener("loadedmetadata", () => this.fitSize());
    if (!calm.matches) this.clip?.play().catch(() => {});
  }

  empty() {
    letGo(this.clip);
    this.clip = null;
    this.place.replaceChildren();
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

  /** @param {number} step @param {boolean} [around] whether the slowest speed follows the fastest */
  changeSpeed(step, around = false) {
    const speed = habit("speed", 1);
    const next = nextSpeed(speed, step);
    this.setSpeed(around && next === speed ? SPEEDS[0] : next);
    setHabit("speed", around && next === speed ? SPEEDS[0] : next);
    say(`Speed ${habit("speed", 1)}`);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    if (this.clip) this.clip.playbackRate = this.clip.defaultPlaybackRate = speed;
    this.speed.textContent = `${speed}\u00d7`;
    this.speed.setAttribute("aria-label", `Speed ${speed}`);
  }

  /** @param {number} frames */
  step(frames) {
    if (!this.clip) return;
    this.clip.pause();
    const frame = frameOf(videoOf(this.id));
    this.clip.currentTime = Math.min(Math.max(0, this.time + frames * frame), Math.max(0, this.length - frame));
  }

  /** Show each pixel of the video as one of the screen, or all of it again. */
  zoom() {
    this.place.classList.toggle("actual");
    this.size.setAttribute("aria-pressed", String(this.place.classList.contains("actual")));
    this.fitSize();
    this.place.scrollTo((this.place.scrollWidth - this.place.clientWidth) / 2, (this.place.scrollHeight - this.place.clientHeight) / 2);
    say(this.place.classList.contains("actual") ? "Real size" : "Fitted to the window");
  }

  fitSize() {
    if (!this.clip) return;
    const isActual = this.place.classList.contains("actual") && this.clip.videoWidth > 0;
    this.clip.style.width = isActual ? `${this.clip.videoWidth / devicePixelRatio}px` : "";
    this.clip.style.height = isActual ? `${this.clip.videoHeight / devicePixelRatio}px` : "";
  }

  /** What is larger than the window is moved by dragging. */
  drag() {
    this.place.addEventListener("pointermove", (event) => {
      if (event.buttons !== 1 || !this.place.classList.contains("actual")) return;
      this.place.scrollBy(-event.movementX, -event.movementY);
    });
  }

  playPause() {
    if (this.clip?.paused) this.clip.play().catch(() => {});
    else this.clip?.pause();
  }

  /** @param {number} time */
  seek(time) {
    if (this.clip) this.clip.currentTime = time;
  }

  /** Do what a key says about the way of showing; return whether it said anything. @param {string} key */
  showByKey(key) {
    if (key === "m") this.mute();
    else if (key === "o") this.zoom();
    else if (key === ",") this.step(-1);
    else if (key === ".") this.step(1);
    else if (key === "[") this.changeSpeed(-1);
    else if (key === "]") this.changeSpeed(1);
    else return false;
    return true;
  }
}
