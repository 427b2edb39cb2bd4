// Which tiles play: the one that is pointed at or focused, or all that are in view. The others hold no video.

import { Clock } from "./clock.js";
import { byId, calm, make, say, setIcon } from "./page.js";
import { tileAt, tiles, wall } from "./tiles.js";

const together = new Clock();
const HOVER = 90; // milliseconds: a mouse that only passes by starts nothing
const SCROLL = 150; // milliseconds between two looks while the page is scrolled
export let active = null; // the tile whose turn it is: pointed at or focused last
let pointed = null; // the tile that the mouse moved to last
export let byHand = null; // the tile that was started by the space bar or a tap
export let playingAll = false;
let hoverTimer;

const isWanted = (tile) =>
  !tile.held && tile.video.file && (playingAll ? tile.seen : tile === byHand || (tile === active && !calm.matches));

/** Play a tile that was tapped, until another one is chosen. */
export function playByHand(tile) {
  activate(tile);
  byHand = tile;
  settle();
}

/** Start, stop, load and drop videos until it is as it should be. */
export function settle() {
  const anythingPlays = !document.hidden && !document.querySelector("dialog[open]");
  for (const tile of tiles.values()) {
    if (anythingPlays && isWanted(tile)) play(tile);
    else if (tile.clip && (tile.held || (playingAll && tile.near))) rest(tile);
    else if (tile.clip) drop(tile);
  }
}

function play(tile) {
  tile.clip ??= load(tile);
  tile.element.classList.add("plays");
  if (playingAll) return together.add(tile.clip);
  tile.clip.loop = true;
  tile.clip.play().catch(() => {});
}

function load(tile) {
  const clip = make("video", {
    src: tile.video.file,
    loop: true,
    playsinline: true,
    preload: "auto",
    tabindex: "-1",
    "aria-hidden": "true",
    playing: ({ target }) => target.classList.add("shows"),
    error: () => fail(tile),
  });
  clip.muted = true;
  clip.disableRemotePlayback = true;
  tile.stage.append(clip);
  return clip;
}

function rest(tile) {
  together.remove(tile.clip);
  tile.clip.pause();
  tile.element.classList.remove("plays");
}

/** Give the video back: a browser can hold only so many. */
function drop(tile) {
  const { clip } = tile;
  rest(tile);
  tile.clip = null;
  clip.remove();
  clip.removeAttribute("src");
  clip.load();
}

function fail(tile) {
  if (!tile.clip) return;
  drop(tile);
  tile.held = true;
  tile.stage.append(make("span", { class: "absent" }, whyNot()));
}

export const whyNot = () =>
  document.createElement("video").canPlayType('video/mp4; codecs="avc1.4d401e"')
    ? "file not found"
    : "this browser cannot play it";

export function activate(tile) {
  if (active === tile) return;
  if (active) active.held = false;
  if (byHand !== tile) byHand = null;
  active = tile;
  settle();
}

export function togglePlaying(tile) {
  const plays = tile.element.classList.contains("plays");
  tile.held = plays;
  byHand = plays ? null : tile;
  settle();
  say(plays ? "paused" : "plays");
}

export function playAll(on) {
  playingAll = on;
  byId("play-all").setAttribute("aria-pressed", String(on));
  setIcon(byId("play-all"), on ? "pause" : "play");
  byHand = null;
  for (const tile of tiles.values()) {
    tile.held = false;
    if (tile.clip && !on) drop(tile);
  }
  if (on) (together.set(0), together.start());
  else together.stop();
  settle();
  say(on ? "All videos in view play" : "Stopped");
}

let settling = null;
function settleSoon() {
  settling ??= setTimeout(() => {
    settling = null;
    settle();
  }, SCROLL);
}

export function watchTiles() {
  const observe = (margin, note) => {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) note(tileAt(target), isIntersecting);
        settleSoon();
      },
      { rootMargin: margin },
    );
    for (const tile of tiles.values()) observer.observe(tile.element);
  };
  observe("0px", (tile, is) => (tile.seen = is));
  observe("60% 0px", (tile, is) => (tile.near = is));
}

export function listenForPointer() {
  wall.addEventListener("pointerover", ({ target }) => tileAt(target)?.equip());
  // Tiles that move under a resting mouse, by scrolling or by keys, do not take the turn from the focused one.
  wall.addEventListener("pointermove", ({ target, pointerType }) => {
    const tile = tileAt(target) ?? null;
    if (pointerType === "touch" || tile === pointed) return;
    pointed = tile;
    clearTimeout(hoverTimer);
    hoverTimer = setTimeout(() => activate(tile), HOVER);
  });
  wall.addEventListener("pointerleave", () => {
    clearTimeout(hoverTimer);
    if (pointed && active === pointed) activate(null);
    pointed = null;
  });
  wall.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    const tile = tileAt(target);
    if (!tile) return;
    tile.equip();
    tile.become();
    if (target.matches(":focus-visible")) activate(tile);
  });
  wall.addEventListener("focusout", ({ relatedTarget }) => wall.contains(/** @type {Node | null} */ (relatedTarget)) || activate(null));
  document.addEventListener("visibilitychange", settle);
  calm.addEventListener("change", settle);
}
