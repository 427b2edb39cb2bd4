// What the eras have in common around the composer: the video, the tiles, the marks over the video.

import { drawPlayer, draw, parts } from "./drawing.js";
import { asset, labels, shown, state } from "./state.js";
import { h, icon } from "./view.js";

const RELOAD_MS = [250, 500, 1000, 2000, 4000, 8000];
/** @type {Record<string, string>} */
const SHAPES = { "2:3": "400 / 736", "9:16": "9 / 16", "1:1": "1 / 1", "3:2": "736 / 400", "16:9": "16 / 9" };

/** @param {Demo.Video} video */
export function select(video) {
  state.selected = video.id;
  draw("column");
  drawPlayer();
}

/** @param {(video: Demo.Done) => Demo.Child} nodeOf */
export function playerBox(nodeOf) {
  const video = shown();
  const busy = state.percent === null ? "" : " busy";
  const inside = video ? [nodeOf(video), marks(video)] : h("img", { src: state.image, alt: "Post", class: "still" });
  return h("div", { class: `player${busy}${shapeOf(video).wide}`, style: shapeOf(video).style }, inside);
}

/** @param {Demo.Done | undefined} video */
export function shapeOf(video) {
  const aspect = video?.aspectRatio ?? "2:3";
  const [width, height] = aspect.split(":").map(Number);
  return { wide: width >= height ? " wide" : "", style: `aspect-ratio: ${SHAPES[aspect]}` };
}

/** @param {Demo.Done} video */
export function marks(video) {
  if (state.upscaling === video.id) return h("div", { class: "mark" }, h("span", {}, "Upscaling"));
  return video.hdUrl ? h("div", { class: "mark" }, h("span", { class: "badge" }, "HD")) : null;
}

/**
 * @param {Demo.Done} video
 * @param {string} path
 * @param {number} reloads how often it was loaded anew, for it was not there
 * @param {Demo.Attributes} [attributes]
 * @returns {HTMLVideoElement}
 */
export function videoNode(video, path, reloads, attributes = {}) {
  /** @type {HTMLVideoElement} */
  const player = h("video", {
    playsinline: true,
    autoplay: true,
    loop: true,
    preload: "auto",
    poster: asset(video.thumbnailImageUrl),
    src: asset(path),
    oncanplay: () => parts.side.querySelector(".download")?.classList.remove("opacity-50", "pointer-events-none"),
    // The file may not be there yet for a moment.
    onerror: () => reloads < RELOAD_MS.length && setTimeout(() => player.isConnected && drawPlayer(reloads + 1), RELOAD_MS[reloads]),
    ...attributes,
  });
  player.muted = true;
  return player;
}

// Eras A and B: a visible node for the first file, and one that waits for the upscaled one.
/** @param {Demo.Done} video @param {number} reloads */
export function twoVideos(video, reloads) {
  const { hdUrl } = video;
  const hd = hdUrl ? { src: asset(hdUrl), autoplay: true } : { style: "display:none" };
  const sd = { id: "sd-video", ...(hdUrl ? { style: "display:none", autoplay: false } : {}) };
  return [videoNode(video, video.videoUrl, reloads, sd), h("video", { id: "hd-video", playsinline: true, loop: true, ...hd })];
}

// Eras A and B: stills in a column that snaps while it scrolls.
export function stills() {
  const tiles = state.videos.map((video, index) => still(video, index));
  return h("div", { class: "column snap-y" }, h("div", { class: "tile" }, h("img", { src: state.image, alt: "Image" })), tiles);
}

/** @param {Demo.Video} video @param {number} index */
function still(video, index) {
  if (video.state === "loading") return h("div", { class: "tile loading" }, h("img", { alt: "Loading", src: state.image }));
  if (video.state === "moderated") return h("div", { class: "tile moderated" }, h("img", { alt: "Moderated", src: state.image }), icon("eye-off"));
  const ring = video.id === state.selected ? " ring-white" : "";
  const picture = h("img", { alt: `Thumbnail ${index + 1}`, src: asset(video.thumbnailImageUrl), loading: "lazy" });
  return h("button", { class: `tile${ring}`, onclick: () => select(video) }, picture);
}

/** @param {string} label @param {string} sign @param {(event: any) => unknown} [act] @param {Demo.Attributes} [attributes] */
export function round(label, sign, act, attributes = {}) {
  return h("button", { type: "button", "aria-label": label, class: "round", onclick: act, ...attributes }, icon(sign));
}

/** @param {() => void} act */
export function downloadButton(act) {
  return h("div", { class: "download opacity-50 pointer-events-none" }, round(labels.download, "download", act));
}
