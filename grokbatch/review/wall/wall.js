// Puts the page together and listens to the keys.

/** @import { Data } from "./page.js" */
import {
  SORTS,
  SWEEPS,
  arrange,
  drawFilters,
  noteChanges,
  redrawChangingWords,
  showActive,
  showEverything,
  shown,
  stackTwins,
  stacksTwins,
} from "./choosing.js";
import { Cull } from "./cull.js";
import { offerGroups } from "./grouping.js";
import { isShortcut, isTyping, judgeByKey, keepFocus } from "./judging.js";
import { KEYS } from "./keys.js";
import { editNotes, listenToNotes } from "./notes.js";
import { watchForNews } from "./news.js";
import { BY_ID, MADE, PRESENT, VIDEOS, byId, find, habit, make, many, setHabit, takeVideos } from "./page.js";
import { Pairs } from "./pairs.js";
import { save, standOf, unsaved, whenPicked } from "./picks.js";
import { active, listenForPointer, playAll, playByHand, playingAll, soundOnHover, togglePlaying, watchTile, watchTiles, withoutPlaying } from "./playing.js";
import { SAVES_BY_ITSELF } from "./saving.js";
import { extendTo, listenToSelection, meantBy, select, selectByClick, selected, toggleSelected } from "./selection.js";
import { Side, besideTwins, setBeside, toggleBeside } from "./side.js";
import { Tile, area, copyPath, current, fetchPosters, measure, setSize, tileAt, tiles, usualSize, wall } from "./tiles.js";
import { Viewer } from "./viewer.js";

export const viewer = new Viewer();
export const side = new Side();
export const cull = new Cull();
export const pairs = new Pairs();

export function showKeys() {
  if (!byId("keys").open) byId("keys").showModal();
}

function columns() {
  return Number(wall.dataset.columns) || 1;
}

/** The tile above or below another one: by places, for groups and tables have gaps. @param {Tile} tile @param {number} step -1: up, 1: down */
function neighbour(tile, step) {
  const from = tile.element.getBoundingClientRect();
  const middle = from.left + from.width / 2;
  /** @type {{ tile: Tile, down: number, across: number } | null} */
  let best = null;
  for (const id of shown) {
    const other = /** @type {Tile} */ (tiles.get(id));
    const place = other.element.getBoundingClientRect();
    const down = (place.top - from.top) * step;
    const across = Math.abs(place.left + place.width / 2 - middle);
    if (down <= 1 || (best && (down > best.down + 1 || (down > best.down - 1 && across >= best.across)))) continue;
    best = { tile: other, down, across };
  }
  return best?.tile ?? tile;
}

/** @param {Tile} tile @param {string} key @param {boolean} [extends_] whether all on the way are selected */
function move(tile, key, extends_ = false) {
  const at = shown.indexOf(tile.video.id);
  const page = columns() * Math.max(1, Math.floor(innerHeight / (tile.element.offsetHeight || 1)) - 1);
  /** @type {Record<string, () => string | undefined>} */
  const places = {
    arrowleft: () => shown[at - 1],
    arrowright: () => shown[at + 1],
    arrowup: () => neighbour(tile, -1).video.id,
    arrowdown: () => neighbour(tile, 1).video.id,
    home: () => shown[0],
    end: () => shown[shown.length - 1],
    pageup: () => shown[Math.max(at - page, at % columns())],
    pagedown: () => shown[Math.min(at + page, shown.length - 1)],
  };
  if (!(key in places)) return false;
  const to = places[key]();
  if (to && extends_) extendTo(to);
  tiles.get(to ?? "")?.focus();
  return true;
}

/** @param {KeyboardEvent} event @param {Tile} tile @param {boolean} isOnControl whether the focus is on something else */
function onTileKey(event, tile, isOnControl) {
  const key = event.key.toLowerCase();
  const { id } = tile.video;
  if ((!isOnControl || tileAt(event.target)) && move(tile, key, event.shiftKey)) return true;
  if (key === "c") toggleBeside(id);
  else if (key === "t") besideTwins(tile.video);
  else if (key === "n") editNotes(meantBy(id));
  else if (key === "y" && !event.ctrlKey && !event.metaKey) copyPath(tile.video);
  else if (key === "s") toggleSelected(id);
  else if (key === " " && !isOnControl) togglePlaying(tile);
  else if (key === "enter" && !isOnControl && event.target !== tile.open) viewer.show(id);
  else if (judgeByKey(event, meantBy(id))) goOn(event, tile);
  else return false;
  return true;
}

/** @param {KeyboardEvent} event @param {Tile} tile */
function goOn(event, tile) {
  if (event.shiftKey && "kxb".includes(event.key.toLowerCase())) move(tile, "arrowright");
}

/** @param {string} key */
function onAnyKey(key) {
  /** @type {Record<string, () => void>} */
  const acts = {
    "?": showKeys,
    "/": () => byId("search").focus(),
    p: () => playAll(!playingAll),
    v: () => side.show(),
    g: () => cull.begin(),
    r: () => pairs.begin(),
    f: () => byId("filter").click(),
    m: () => soundOnHover(!habit("hover-sound", false)),
    escape: () => selected.size && select([]),
  };
  const does = acts[key];
  does?.();
  return Boolean(does);
}

/** Keys mean the tile that has the focus; where nothing has it, or a button elsewhere, they mean the last one. @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {Element} */ (event.target);
  const withControl = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
  if (document.querySelector("dialog[open]") || isTyping(target)) return;
  if (withControl === "a") return (select(shown), event.preventDefault());
  if (withControl === "s") return (save(), event.preventDefault());
  if (!isShortcut(event)) return;
  const tile = tileAt(target) ?? current;
  const isOnControl = target !== tile?.open && target.matches("button, a, input, summary");
  if ((tile && onTileKey(event, tile, isOnControl)) || onAnyKey(event.key.toLowerCase())) event.preventDefault();
}

/** A finger first plays a tile and then opens it; a mouse or Enter opens it at once. @param {PointerEvent} event */
function onTileClick(event) {
  const tile = tileAt(event.target);
  if (!tile || !(/** @type {Element} */ (event.target).closest(".open"))) return;
  if (selectByClick(event, tile.video.id)) return tile.become();
  if (event.pointerType === "touch" && active !== tile) {
    tile.focus();
    return playByHand(tile);
  }
  tile.become();
  viewer.show(tile.video.id);
}

function drawTally() {
  const counts = { kept: 0, rejected: 0, maybe: 0, undecided: 0 };
  for (const { id } of PRESENT) counts[standOf(id)]++;
  byId("tally").textContent = [
    `${counts.kept} kept`,
    `${counts.rejected} rejected`,
    counts.maybe && `${counts.maybe} maybe`,
    `${counts.undecided} to decide`,
  ]
    .filter(Boolean)
    .join(", ");
  byId("progress").replaceChildren(
    .../** @type {const} */ (["kept", "rejected"]).map((name) => {
      const part = make("i", { class: name });
      part.style.width = `${(counts[name] / PRESENT.length) * 100}%`;
      return part;
    }),
  );
  const changes = unsaved();
  byId("unsaved").textContent = String(changes);
  byId("unsaved").hidden = !changes;
  byId("save").title = changes ? `${many(changes, "change")} not saved yet` : "Everything is saved";
  if (SAVES_BY_ITSELF) find("span", byId("save")).textContent = changes ? "Saving" : "Saved";
}

/** @param {string | null} id */
function onPick(id) {
  if (id) tiles.get(id)?.update();
  else for (const tile of tiles.values()) tile.update();
  drawTally();
  redrawChangingWords();
  showActive();
  noteChanges();
}

function listenToTools() {
  byId("play-all").addEventListener("click", () => playAll(!playingAll));
  byId("hover-sound").addEventListener("click", () => soundOnHover(!habit("hover-sound", false)));
  byId("one-by-one").addEventListener("click", () => cull.begin());
  byId("in-pairs").addEventListener("click", () => pairs.begin());
  byId("stack").addEventListener("click", () => stackTwins(!stacksTwins));
  byId("search").addEventListener("input", arrange);
  byId("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") (event.preventDefault(), current?.focus());
    else if (event.key === "Escape") (event.preventDefault(), (byId("search").value = ""), arrange(), current?.focus());
  });
  byId("earlier").addEventListener("toggle", arrange);
  byId("sweeps").addEventListener("click", ({ target }) => {
    const name = /** @type {Element} */ (target).closest("button")?.dataset.sweep;
    if (name) SWEEPS[name]();
  });
  listenToSelection();
  listenToNotes();
  byId("save").addEventListener("click", () => save());
  byId("help").addEventListener("click", showKeys);
  byId("again").addEventListener("click", () => (arrange(), current?.focus()));
  find("button", byId("none")).addEventListener("click", showEverything);
  byId("side-open").addEventListener("click", () => side.show());
  byId("side-clear").addEventListener("click", () => (setBeside([]), current?.open.focus()));
  byId("filter").addEventListener("click", () => {
    byId("panel").hidden = !byId("panel").hidden;
    byId("filter").setAttribute("aria-expanded", String(!byId("panel").hidden));
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

/** Make tiles for videos that are new or have changed, and show them. @param {Data} data */
function refill(data) {
  const before = new Map(VIDEOS.map((video) => [video.id, JSON.stringify({ ...video, order: 0 })]));
  takeVideos(data.videos);
  for (const id of tiles.keys()) if (!BY_ID.has(id)) tiles.delete(id);
  for (const video of MADE) {
    if (tiles.has(video.id) && before.get(video.id) === JSON.stringify({ ...video, order: 0 })) continue;
    const hadFocus = tiles.get(video.id)?.element.contains(document.activeElement);
    const tile = new Tile(video);
    tiles.set(video.id, tile);
    watchTile(tile);
    if (hadFocus) queueMicrotask(() => tile.focus());
  }
  drawFilters();
  arrange();
  drawTally();
  takeFocus();
}

function build() {
  for (const video of MADE) tiles.set(video.id, new Tile(video));
  byId("sort").append(...Object.entries(SORTS).map(([name, [label]]) => make("option", { value: name }, label)));
  byId("sort").value = habit("sort", "order") in SORTS ? habit("sort", "order") : "order";
  find("dl", byId("keys")).append(
    ...KEYS.flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)]),
  );
  drawFilters();
  offerGroups(arrange);
  byId("stack").hidden = !MADE.some(({ twins }) => twins.length);
  setSize(habit("size", usualSize()));
  arrange();
  drawTally();
  noteChanges();
  watchTiles();
  listenForPointer();
  listenToTools();
  whenPicked(onPick);
  area.addEventListener("click", onTileClick);
  document.addEventListener("keydown", onKey);
  keepFocus(area);
  new ResizeObserver(measure).observe(wall);
  const header = find("header");
  new ResizeObserver(() =>
    document.documentElement.style.setProperty("--head", `${header.offsetHeight}px`),
  ).observe(header);
}
/** Keys work from the start; on a touch screen the focus would only light up a tile that nobody has tapped. */
function takeFocus() {
  if (document.activeElement === document.body && !matchMedia("(hover: none)").matches)
    withoutPlaying(() => current?.open.focus({ preventScroll: true }));
}

build();
takeFocus();
watchForNews(refill);
soundOnHover(habit("hover-sound", false));
addEventListener("load", () => fetchPosters(), { once: true });
