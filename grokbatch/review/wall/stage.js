// What the viewer and the side-by-side view have in common: a dark dialog with a time line.

/** @import { Video } from "./page.js" */
import { isShortcut, isTyping, keepFocus } from "./judging.js";
import { find, icon, make, seconds, setIcon } from "./page.js";
import { settle, whyNot } from "./playing.js";
import { SourcePicture } from "./source.js";
import { toSite } from "./tiles.js";
import { showKeys } from "./wall.js";

/** A dialog that fills the window; `keys` maps a key to what it does there. */
export class Stage {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    /** @type {HTMLElement} */
    this.screen = find(".screen", dialog);
    this.toggle = make(
      "button",
      {
        type: "button",
        class: "icon",
        "aria-label": "Play",
        title: "Play or pause (Space)",
        click: () => this.playPause(),
      },
      icon("play"),
    );
    /** @type {HTMLInputElement} */
    this.slider = make("input", {
      type: "range",
      min: 0,
      max: 1000,
      value: 0,
      class: "scrub",
      "aria-label": "Time",
      input: () => this.seek((Number(this.slider.value) / 1000) * this.length),
      change: () => this.home().focus(),
    });
    this.source = new SourcePicture(dialog);
    this.clock = make("span", { class: "time", "aria-hidden": "true" });
    this.transport = make("div", { class: "transport" }, this.toggle, this.slider, this.clock);
    dialog.addEventListener("keydown", (event) => this.onKey(event));
    dialog.addEventListener("close", () => this.closed());
    dialog.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("[data-do]");
      this.doIt(button?.getAttribute("data-do") ?? undefined);
    });
    keepFocus(dialog);
    if (!document.fullscreenEnabled) find("[data-do=full]", dialog).hidden = true;
    this.drewPlaying = false;
  }

  /** Where the focus goes when the dialog opens. @returns {HTMLElement} */
  home() {
    return this.toggle;
  }

  /** Do what a key says; return whether it said anything. @param {string} _key @param {KeyboardEvent} _event */
  key(_key, _event) {
    return false;
  }

  /** What the buttons of the dialog do besides, by their `data-do`. @returns {Record<string, () => void>} */
  get does() {
    return {};
  }

  closed() {}
  playPause() {}
  /** @param {number} _time in seconds */
  seek(_time) {}

  /** Seconds on the time line. @returns {number} */
  get time() {
    return 0;
  }

  /** @returns {number} */
  get length() {
    return 0;
  }

  /** @returns {boolean} */
  get plays() {
    return false;
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.home()?.focus();
    settle();
    this.draw();
  }

  close() {
    this.dialog.close();
  }

  /** @param {string | undefined} name */
  doIt(name) {
    if (name === "close") this.close();
    else if (name === "full") this.fullScreen();
    else if (name === "source") this.source.toggle();
    else if (name) this.does[name]?.();
  }

  fullScreen() {
    // A dialog itself cannot fill the screen, what is in it can.
    if (document.fullscreenElement) document.exitFullscreen();
    else this.screen.requestFullscreen?.().catch(() => {});
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!isShortcut(event)) return;
    const key = event.key.toLowerCase();
    const target = /** @type {Element} */ (event.target);
    const onControl = target.matches("button, input, a, select");
    if (isTyping(target)) return;
    if (key === " " && !target.matches("button:not(.pane), a")) this.playPause();
    else if (key.startsWith("arrow") && target === this.slider) return;
    else if (key === "enter" && onControl) return;
    else if (key === "?") showKeys();
    else if (key === "f") this.fullScreen();
    else if (key === "e") this.source.toggle();
    else if (!this.key(key, event)) return;
    event.preventDefault();
  }

  /** Move the time line along while the dialog is open. */
  draw() {
    if (!this.dialog.open) return;
    const { time, length } = this;
    const plays = this.plays;
    if (document.activeElement !== this.slider || plays) this.slider.value = String(length ? (time / length) * 1000 : 0);
    const words = length ? `${time.toFixed(1)} of ${seconds(length)}` : "";
    if (this.clock.textContent !== words) {
      this.clock.textContent = words;
      this.slider.setAttribute("aria-valuetext", words);
    }
    if (this.drewPlaying !== plays) {
      setIcon(this.toggle, plays ? "pause" : "play");
      this.toggle.setAttribute("aria-label", plays ? "Pause" : "Play");
      this.drewPlaying = plays;
    }
    requestAnimationFrame(() => this.draw());
  }
}

/**
 * A video for the stage, or what there is in its place.
 * @param {Video} video
 * @param {{file?: string, loop?: boolean}} [properties]
 */
export function onStage(video, { file = video.hd ?? video.file, ...properties } = {}) {
  if (!file) return absent(video, "not on disk");
  const clip = make("video", {
    src: file,
    poster: video.poster,
    playsinline: true,
    preload: "auto",
    width: video.width,
    height: video.height,
    "aria-label": video.id,
    ...properties,
  });
  clip.disableRemotePlayback = true;
  clip.muted = true;
  clip.addEventListener("error", () => clip.replaceWith(absent(video, whyNot())), { once: true });
  return clip;
}

/** @param {Video} video @param {string} reason */
function absent(video, reason) {
  const picture = video.poster
    ? make("img", { src: video.poster, alt: "", error: ({ target }) => target.remove() })
    : null;
  return make(
    "div",
    { class: "gone" },
    picture,
    make("p", {}, make("span", { class: "absent" }, reason), video.address ? toSite(video) : null),
  );
}

/** Give back what a video holds, also when it was taken from the page already. @param {Element | null} clip */
export function letGo(clip) {
  if (!(clip instanceof HTMLVideoElement)) return;
  clip.removeAttribute("src");
  clip.load();
}
