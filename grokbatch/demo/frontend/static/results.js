// What people do with a finished video: save it, upscale it, delete it.

import { call, refused } from "./api.js";
import { draw, drawAll, drawPlayer } from "./drawing.js";
import { asset, finished, state } from "./state.js";
import { confirm, h, menuItem, toast } from "./view.js";

/** @param {Demo.Done} video */
export function save(video) {
  h("a", { href: asset(video.hdUrl ?? video.videoUrl, "cache=1&dl=1"), download: "" }).click();
}

/** @param {Demo.Done} video */
export function mayUpscale(video) {
  return video.resolutionName === "480p" && !video.hdUrl && state.upscaling === null;
}

/** The entries of the menu of more, in eras A to C. @param {Demo.Done} video */
export function entriesFor(video) {
  const better = mayUpscale(video) ? menuItem("Upscale video", () => upscale(video)) : null;
  return [better, menuItem("Delete", () => remove(video))];
}

/** @param {Demo.Done} video */
export async function upscale(video) {
  state.upscaling = video.id;
  drawPlayer();
  try {
    const reply = await call("/rest/media/video/upscale", { id: video.id });
    if (!reply.ok) return await refused(reply);
    const { hdMediaUrl } = await reply.json();
    state.videos = state.videos.map((one) => (one.id === video.id ? { ...video, hdUrl: hdMediaUrl } : one));
  } finally {
    state.upscaling = null;
    drawPlayer();
  }
}

/** @param {Demo.Done} video */
export function remove(video) {
  confirm("Delete video?", "This cannot be undone.", "Delete", async () => {
    const reply = await call("/rest/media/post/delete", { id: video.id });
    if (!reply.ok) return refused(reply);
    if (state.post === video.postId) return location.assign(`/imagine/post/${state.root}`);
    state.videos = state.videos.filter((one) => one.id !== video.id);
    if (state.selected === video.id) state.selected = finished().at(-1)?.id ?? null;
    drawAll();
  });
}

/** @param {Demo.Done} video */
export function keep(video) {
  video.saved = !video.saved;
  draw("side");
}

export function share() {
  toast("Link copied to clipboard", { type: "success" });
}
