// Which tiles play: the one that is pointed at or focused, or all that are in view. The others hold no video.

/** @import { Tile } from "./tiles.js" */
import { Clock } from "./clock.js";
import { shown } from "./choosing.js";
import { byId, calm, habit, make, note, say, setHabit, setIcon } from "./page.js";
import { Pace } from "./pace.js";
import { area, tileAt, tiles } from "./tiles.js";

const together = new Clock();
const HOVER = 90; // milliseconds: a mouse that only passes by starts nothing
const SCROLL = 150; // milliseconds between two looks while the page is scrolled
/** @type {Tile | null} */
export let active = null; // the tile whose turn it is: pointed at or focused last
/** @type {Tile | null} */
let pointed = null; // the tile that the mouse moved to last
/** @type {Tile | null} */
export let byHand = null; // the tile that was started by the space bar or a tap
export let playingAll = false;
/** @type {number | undefined} */
let hoverTimer;

const pace = new Pace(() => [...tiles.values()].flatMap(({ clip }) => (clip && !clip.paused ? clip : [])), paceChanged);
let isPaceTold = false;

/** @type {(tile: Tile) => unknown} */
const isWanted = (tile) => tile === byHand || (tile === active && !calm.matches);

/** The tiles that play now. Of all in view, those go first that play already, so that none stops without a reason. */
function wantedTiles() {
  const able = [...tiles.values()].filter((tile) => !tile.held && tile.video.file);
  if (!playingAll) return new Set(able.filter(isWanted));
  const seen = new Set(able.filter((tile) => tile.seen));
  const first = active && seen.has(active) ? [active] : [];
  const playing = [...seen].filter(({ clip }) => clip && !clip.paused);
  const inOrder = shown.flatMap((id) => tiles.get(id) ?? []).filter((tile) => seen.has(tile));
  return new Set([...new Set([...first, ...playing, ...inOrder])].slice(0, pace.limit));
}

function paceChanged() {
  const inView = [...tiles.values()].filter(({ seen, video }) => seen && video.file).length;
  if (pace.limit < inView && !isPaceTold) {
    isPaceTold = true;
    note(`This computer does not keep up with ${inView} videos at once, so fewer play. The one that you point at does.`);
  }
  settle();
}

/** Play a tile that was tapped, until another one is chosen. @param {Tile} tile */
export function playByHand(tile) {
  activate(tile);
  byHand = tile;
  settle();
}

/** Start, stop, load and drop videos until it is as it should be. */
export function settle() {
  const anythingPlays = !document.hidden && !document.querySelector("dialog[open]");
  const wanted = wantedTiles();
  for (const tile of tiles.values()) {
    if (anythingPlays && wanted.has(tile)) play(tile);
    else if (tile.clip && tile.near && (tile.held || playingAll)) rest(tile, tile.clip);
    else if (tile.clip) drop(tile, tile.clip);
  }
}

/** @param {Tile} tile */
function play(tile) {
  tile.clip ??= load(tile);
  tile.element.classList.add("plays");
  if (playingAll) return together.add(tile.clip);
  const { clip } = tile;
  clip.loop = true;
  clip.muted = !habit("hover-sound", false);
  // Before the first click or key a browser plays nothing that can be heard.
  clip.play().catch(() => ((clip.muted = true), clip.play().catch(() => {})));
}

/** Let the tile that plays alone be heard, or not. @param {boolean} on */
export function soundOnHover(on) {
  setHabit("hover-sound", on);
  byId("hover-sound").setAttribute("aria-pressed", String(on));
  setIcon(byId("hover-sound"), on ? "sound" : "mute");
  if (active?.clip && !playingAll) active.clip.muted = !on;
}

/** @param {Tile} tile */
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

/** @param {Tile} tile @param {HTMLVideoElement} clip */
function rest(tile, clip) {
  together.remove(clip);
  clip.pause();
  tile.element.classList.remove("plays");
}

/** Give the video back: a browser can hold only so many. @param {Tile} tile @param {HTMLVideoElement} clip */
function drop(tile, clip) {
  rest(tile, clip);
  tile.clip = null;
  clip.remove();
  clip.removeAttribute("src");
  clip.load();
}

/** @param {Tile} tile */
function fail(tile) {
  if (!tile.clip) return;
  drop(tile, tile.clip);
  tile.held = true;
  tile.stage.append(make("span", { class: "absent" }, whyNot()));
}

export const whyNot = () =>
  document.createElement("video").canPlayType('video/mp4; codecs="avc1.4d401e"')
    ? "file not found"
    : "this browser cannot play it";

/** @param {Tile | null} tile */
export function activate(tile) {
  if (active === tile) return;
  if (active) active.held = false;
  if (byHand !== tile) byHand = null;
  active = tile;
  settle();
}

let isQuiet = false;
/** Do something that moves the focus, and let it start no video. @param {() => void} does */
export function withoutPlaying(does) {
  isQuiet = true;
  does();
  isQuiet = false;
}

/** @param {Tile} tile */
export function togglePlaying(tile) {
  const plays = tile.element.classList.contains("plays");
  tile.held = plays;
  byHand = plays ? null : tile;
  settle();
  say(plays ? "paused" : "plays");
}

/** @param {boolean} on */
export function playAll(on) {
  playingAll = on;
  byId("play-all").setAttribute("aria-pressed", String(on));
  setIcon(byId("play-all"), on ? "pause" : "play");
  byHand = null;
  for (const tile of tiles.values()) {
    tile.held = false;
    if (tile.clip && !on) drop(tile, tile.clip);
  }
  if (on) (together.set(0), together.start(), pace.start());
  else (together.stop(), pace.stop());
  settle();
  say(on ? "All videos in view play" : "Stopped");
}

/** @type {number | null} */
let settling = null;
function settleSoon() {
  settling ??= setTimeout(() => {
    settling = null;
    settle();
  }, SCROLL);
}

/** @type {IntersectionObserver[]} */
const observers = [];
/** Know of a tile whether it is in view or near it. @param {Tile} tile */
export function watchTile(tile) {
  for (const observer of observers) observer.observe(tile.element);
}

export function watchTiles() {
  /** @type {(margin: string, note: (tile: Tile, is: boolean) => void) => void} */
  const observe = (margin, note) => {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const tile = tileAt(target);
          if (tile) note(tile, isIntersecting);
        }
        settleSoon();
      },
      { rootMargin: margin },
    );
    observers.push(observer);
  };
  observe("0px", (tile, is) => (tile.seen = is));
  observe("60% 0px", (tile, is) => (tile.near = is));
  for (const tile of tiles.values()) watchTile(tile);
}

export function listenForPointer() {
  area.addEventListener("pointerover", ({ target }) => tileAt(target)?.equip());
  // Tiles that move under a resting mouse, by scrolling or by keys, do not take the turn from the focused one.
  area.addEventListener("pointermove", ({ target, pointerType }) => {
    const tile = tileAt(target) ?? null;
    if (pointerType === "touch" || tile === pointed) return;
    pointed = tile;
    clearTimeout(hoverTimer);
    hoverTimer = setTimeout(() => activate(tile), HOVER);
  });
  area.addEventListener("pointerleave", () => {
    clearTimeout(hoverTimer);
    if (pointed && active === pointed) activate(null);
    pointed = null;
  });
  area.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    const tile = tileAt(target);
    if (!tile) return;
    tile.equip();
    tile.become();
    if (target.matches(":focus-visible") && !isQuiet) activate(tile);
  });
  area.addEventListener("focusout", ({ relatedTarget }) => area.contains(/** @type {Node | null} */ (relatedTarget)) || activate(null));
  document.addEventListener("visibilitychange", settle);
  calm.addEventListener("change", settle);
}
