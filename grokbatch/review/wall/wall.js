// Puts the page together and listens to the keys.

import { SORTS, arrange, drawFilters, noteChanges, showActive, showEverything, shown } from "./choosing.js";
import { isShortcut, judgeByKey, keepFocus } from "./judging.js";
import { MADE, byId, find, habit, make, many, setHabit } from "./page.js";
import { save, standOf, takeBack, unsaved, whenPicked } from "./picks.js";
import {
  active,
  listenForPointer,
  playAll,
  playByHand,
  playingAll,
  togglePlaying,
  watchTiles,
} from "./playing.js";
import { Side, besideTwins, setBeside, toggleBeside } from "./side.js";
import { Tile, current, fetchPosters, measure, setSize, tileAt, tiles, usualSize, wall } from "./tiles.js";
import { Viewer } from "./viewer.js";

const KEYS = [
  ["Arrow keys", "move"],
  ["Enter", "open"],
  ["Space", "play or pause"],
  ["1 to 5", "rate (the same again, or 0: not rated)"],
  ["K", "keep"],
  ["X", "reject"],
  ["Shift + K or X", "the same, and on to the next"],
  ["Z", "take the last pick back"],
  ["C", "mark for side by side"],
  ["V", "open side by side"],
  ["T", "side by side with its twins"],
  ["P", "play all in view"],
  [", and .", "a frame back or on, side by side"],
  ["M", "sound, in the viewer"],
  ["I", "facts, in the viewer"],
  ["F", "filter; full screen in the viewer"],
  ["Esc", "close"],
  ["?", "these keys"],
];
export const viewer = new Viewer();
export const side = new Side();

export function showKeys() {
  if (!byId("keys").open) byId("keys").showModal();
}

function columns() {
  return Number(wall.dataset.columns) || 1;
}

/** @param {Tile} tile @param {string} key */
function move(tile, key) {
  const at = shown.indexOf(tile.video.id);
  const page = columns() * Math.max(1, Math.floor(innerHeight / (tile.element.offsetHeight || 1)) - 1);
  /** @type {Record<string, number>} */
  const places = {
    arrowleft: at - 1,
    arrowright: at + 1,
    arrowup: at - columns(),
    arrowdown: at + columns(),
    home: 0,
    end: shown.length - 1,
    pageup: Math.max(at - page, at % columns()),
    pagedown: Math.min(at + page, shown.length - 1),
  };
  const to = places[key];
  if (to !== undefined) tiles.get(shown[to])?.focus();
  return to !== undefined;
}

/** @param {KeyboardEvent} event @param {Tile} tile */
function onTileKey(event, tile) {
  const key = event.key.toLowerCase();
  if (move(tile, key)) return true;
  if (key === "c") toggleBeside(tile.video.id);
  else if (key === "t") besideTwins(tile.video);
  else if (key === " " && event.target === tile.open) togglePlaying(tile);
  else if (judgeByKey(event, tile.video.id)) goOn(event, tile);
  else return false;
  return true;
}

/** @param {KeyboardEvent} event @param {Tile} tile */
function goOn(event, tile) {
  if (event.shiftKey && "kx".includes(event.key.toLowerCase())) move(tile, "arrowright");
}

/** @param {string} key */
function onAnyKey(key) {
  /** @type {Record<string, () => void>} */
  const acts = {
    "?": showKeys,
    p: () => playAll(!playingAll),
    v: () => side.show(),
    z: takeBack,
    f: () => byId("filter").click(),
  };
  const does = acts[key];
  does?.();
  return Boolean(does);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const typing = /** @type {Element} */ (event.target).matches("input, select, textarea");
  if (!isShortcut(event) || typing || document.querySelector("dialog[open]")) return;
  const tile = tileAt(event.target);
  if ((tile && onTileKey(event, tile)) || onAnyKey(event.key.toLowerCase())) event.preventDefault();
}

/** A finger first plays a tile and then opens it; a mouse or Enter opens it at once. @param {PointerEvent} event */
function onTileClick(event) {
  const tile = tileAt(event.target);
  if (!tile || !(/** @type {Element} */ (event.target).closest(".open"))) return;
  if (event.pointerType === "touch" && active !== tile) {
    tile.focus();
    return playByHand(tile);
  }
  tile.become();
  viewer.show(tile.video.id);
}

function drawTally() {
  const counts = { kept: 0, rejected: 0, undecided: 0 };
  for (const { id } of MADE) counts[standOf(id)]++;
  byId("tally").textContent = `${counts.kept} kept, ${counts.rejected} rejected, ${counts.undecided} to decide`;
  byId("progress").replaceChildren(
    .../** @type {const} */ (["kept", "rejected"]).map((name) => {
      const part = make("i", { class: name });
      part.style.width = `${(counts[name] / MADE.length) * 100}%`;
      return part;
    }),
  );
  const changes = unsaved();
  byId("unsaved").textContent = String(changes);
  byId("unsaved").hidden = !changes;
  byId("save").title = changes ? `${many(changes, "change")} not saved yet` : "Everything is saved";
}

/** @param {string | null} id */
function onPick(id) {
  if (id) tiles.get(id)?.update();
  else for (const tile of tiles.values()) tile.update();
  drawTally();
  showActive();
  noteChanges();
}

function listenToTools() {
  byId("play-all").addEventListener("click", () => playAll(!playingAll));
  byId("save").addEventListener("click", save);
  byId("help").addEventListener("click", showKeys);
  byId("again").addEventListener("click", () => (arrange(), current?.focus()));
  find("button", byId("none")).addEventListener("click", showEverything);
  byId("side-open").addEventListener("click", () => side.show());
  byId("side-clear").addEventListener("click", () => (setBeside([]), current?.open.focus()));
  byId("filter").addEventListener("click", () => {
    byId("filters").hidden = !byId("filters").hidden;
    byId("filter").setAttribute("aria-expanded", String(!byId("filters").hidden));
  });
  byId("sort").addEventListener("change", () => (setHabit("sort", byId("sort").value), arrange()));
  byId("direction").addEventListener("click", () => {
    const button = byId("direction");
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    arrange();
  });
  byId("size").addEventListener("input", () => {
    const pixels = Number(byId("size").value);
    setSize(pixels);
    setHabit("size", pixels);
  });
}

function build() {
  for (const video of MADE) tiles.set(video.id, new Tile(video));
  byId("sort").append(...Object.entries(SORTS).map(([name, [label]]) => make("option", { value: name }, label)));
  byId("sort").value = habit("sort", "order") in SORTS ? habit("sort", "order") : "order";
  find("dl", byId("keys")).append(
    ...KEYS.flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)]),
  );
  drawFilters();
  setSize(habit("size", usualSize()));
  arrange();
  drawTally();
  noteChanges();
  watchTiles();
  listenForPointer();
  listenToTools();
  whenPicked(onPick);
  wall.addEventListener("click", onTileClick);
  document.addEventListener("keydown", onKey);
  keepFocus(wall);
  new ResizeObserver(measure).observe(wall);
  const header = find("header");
  new ResizeObserver(() =>
    document.documentElement.style.setProperty("--head", `${header.offsetHeight}px`),
  ).observe(header);
}
build();
addEventListener("load", () => fetchPosters(), { once: true });
