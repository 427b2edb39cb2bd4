// The site's API, as the page calls it.

import { drawHeader, drawSubmit } from "./drawing.js";
import { boot, labels, state } from "./state.js";
import { showLimit } from "./limits.js";
import { toast } from "./view.js";

const STALE = 7;

/** @param {string} path @param {object} body @param {AbortSignal} [signal] */
export function call(path, body, signal) {
  return fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
}

// Calls that nobody asked for fail quietly: what is on the screen stays there.
export async function loadPost({ quietly = false } = {}) {
  const reply = await call("/rest/media/post/get", { id: state.post });
  if (!reply.ok) return quietly ? null : void (await refused(reply));
  /** @type {Demo.Listed} */
  const listed = (await reply.json()).post;
  state.image = `${boot.assets}/${listed.imageUrl}`;
  state.root = listed.rootId;
  state.imageId = listed.imageId;
  state.conversation = listed.conversationId;
  const own = state.videos.find((video) => video.id === state.run?.id);
  const shown = listed.videos.filter((video) => video.id !== own?.id && video.id !== state.withheld?.id);
  state.videos = [...shown, ...(own ? [own] : [])];
  return listed;
}

export async function loadQuota() {
  const reply = await call("/rest/media/imagine/quota_info", {});
  if (!reply.ok) return;
  state.throttled = reply.headers.has("x-demo-throttled");
  const { video, video720p } = await reply.json();
  const left = (video ?? video720p)?.remainingQueries;
  state.limited = boot.disabledWhenLimited && left === 0;
}

/** @param {Response} reply */
export async function refused(reply) {
  if (reply.headers.get("cf-mitigated") === "challenge") return location.reload();
  if (reply.status === 401) return drawHeader(false);
  /** @type {{ error?: Partial<Demo.Failure> }} */
  const told = await reply.json().catch(() => ({}));
  if (isLimit(reply)) return limit();
  const { code, message } = told.error ?? {};
  // A refusal without words is a page that says nothing.
  if (code === STALE) return message ? toast(message) : null;
  toast(reply.status === 429 ? message : labels.wrong);
}

/** @param {string} [text] */
export function limit(text = boot.limitText) {
  state.limited = boot.disabledWhenLimited;
  if (!state.limited) showLimit(text);
  drawSubmit();
}

/** @param {Response} reply */
export function isLimit(reply) {
  return reply.headers.has("x-demo-limited");
}
