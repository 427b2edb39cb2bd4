// The page comes alive.

import { loadPost, loadQuota } from "./api.js";
import { draw, drawAll, drawComposer, drawHeader, drawPlayer, drawToolbar, dress, parts } from "./drawing.js";
import * as eraA from "./era-a.js";
import * as eraB from "./era-b.js";
import * as eraC from "./era-c.js";
import * as eraD from "./era-d.js";
import { landOnNewest, withholdOne } from "./leading.js";
import { loadLists } from "./lists.js";
import { submit } from "./making.js";
import { prepareSending } from "./sending.js";
import { boot, finished, isToday, shown, state } from "./state.js";
import * as unknown from "./unknown.js";
import { setTraps } from "./traps.js";

const POLL_MS = 2000;
// What stands on the page before anything is drawn.
/** @type {[Demo.Part, string][]} */
const THERE = [
  ["top", "#top"],
  ["column", ".column"],
  ["player", ".player"],
  ["side", ".side"],
  ["progress", ".progress"],
  ["composer", ".composers, .composer"],
];

/** @param {Demo.Listed} listed */
function hydrate(listed) {
  for (const [name, selector] of THERE) {
    const node = document.querySelector(selector);
    if (node) parts[name] = /** @type {HTMLElement} */ (node);
  }
  withholdOne();
  state.selected = listed.selected ?? finished().at(-1)?.id ?? null;
  state.made = listed.selected !== null;
  if (boot.landsOnNewest && listed.selected === null) landOnNewest();
  drawHeader();
  if (isToday) drawToolbar();
  drawComposer();
  drawAll();
  setTraps();
  if (boot.autoStart && listed.selected === null) submit({ byItself: true });
  followOthers();
}

// Videos that were already under way when the page opened.
async function followOthers() {
  while (state.videos.some((video) => video.state === "loading" && video.id !== state.run?.id)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const before = shown();
    const listed = await loadPost({ quietly: true }).catch(() => null);
    if (!listed) return;
    draw("column");
    if (!before && shown()) drawPlayer();
  }
}

dress(boot.layout === "unknown" ? unknown : { A: eraA, B: eraB, C: eraC, D: eraD }[boot.era]);
const ready = new Promise((resolve) => setTimeout(resolve, boot.hydrate * 1000));
const [listed] = await Promise.all([loadPost(), loadQuota(), ready, prepareSending()]);
if (listed) hydrate(listed);
if (listed && boot.era === "D") loadLists().catch(() => {});
addEventListener("popstate", () => location.reload());
