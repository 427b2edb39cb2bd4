// Where the page leads: on to the newest video, back to its image; and the tile that comes up late.

import { draw, drawAll } from "./drawing.js";
import { boot, finished, state } from "./state.js";

export function landOnNewest() {
  const newest = finished().at(-1);
  if (!newest) return;
  state.selected = newest.id;
  state.post = newest.postId;
  history.replaceState(null, "", `/imagine/post/${newest.postId}`);
}

export function backToImage() {
  state.selected = null;
  if (state.post !== state.root) history.pushState(null, "", `/imagine/post/${state.root}`);
  state.post = state.root;
  drawAll();
}

export function withholdOne() {
  state.withheld = boot.lateOldTile === null ? null : (finished().at(-1) ?? null);
  state.videos = state.videos.filter((video) => video !== state.withheld);
}

export function bringWithheld() {
  const { withheld } = state;
  if (!withheld) return;
  setTimeout(() => {
    state.withheld = null;
    state.videos = [...state.videos, withheld];
    state.selected = withheld.id;
    draw("column");
    drawAll();
  }, (boot.lateOldTile ?? 0) * 1000);
}
