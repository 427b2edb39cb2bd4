// How a video is made: what is asked for, and what becomes of it.

import { call, isLimit, limit, loadPost, loadQuota, refused } from "./api.js";
import { asking, askingElse } from "./asking.js";
import { crash } from "./crash.js";
import { draw, drawAll, drawComposer, drawPlayer, drawSubmit, drawToolbar } from "./drawing.js";
import { factsOf } from "./facts.js";
import { bringWithheld } from "./leading.js";
import { addressOf, loadLists } from "./lists.js";
import { send } from "./sending.js";
import { boot, defaults, finished, isToday, labels, state } from "./state.js";
import { jsonObjects } from "./stream.js";
import { askPreference, moreInGallery, tellOfPhotos } from "./traps.js";
import { toast } from "./view.js";

const LATE_MS = 1000;

/** @param {{prompt?: string, byItself?: boolean, mode?: string}} [how] */
export async function submit({ prompt = state.prompt, byItself = false, mode } = {}) {
  const isPromptless = byItself || Boolean(mode);
  if ((!prompt.trim() && !isPromptless) || state.limited || state.throttled || state.percent !== null) return;
  /** @type {Demo.Run} */
  const run = { id: null, postId: null, conversation: state.conversation, over: false, talked: false, crashAt: null, abort: new AbortController() };
  const asked = asking({ prompt: isPromptless ? "" : prompt, byItself, mode });
  bringWithheld();
  try {
    if (boot.asksBeforeClick && !isPromptless && !(await heardClick(asked))) return;
    const also = boot.secondRequest && !isPromptless ? { "x-demo-second": "1" } : null;
    const reply = await sendTwice(asked, { headers: asked.headers, signal: run.abort.signal, also });
    if (!reply.ok) return await refused(reply);
    if (isLimit(reply)) return limit(await limitText(reply));
    state.run = run;
    state.lastPrompt = prompt;
    const crashAt = reply.headers.get("x-demo-crash-at");
    if (crashAt !== null) run.crashAt = Number(crashAt);
    if (boot.era === "D") accepted(isPromptless);
    if (boot.era === "C" && !byItself) forgetPrompt();
    if (reply.body) for await (const told of jsonObjects(reply.body)) await heed(run, told);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof DOMException && error.name === "AbortError")) throw error;
  }
  if (!run.over) failed(run, run.talked ? null : labels.network);
}

// A page may ask once more by itself when the site had trouble of its own.
/** @param {Demo.Asked} asked @param {Parameters<typeof send>[2]} how */
async function sendTwice({ path, body }, how) {
  const reply = await send(path, body, how);
  if (reply.status < 500 || boot.asksAgainAfter === null) return reply;
  await new Promise((resolve) => setTimeout(resolve, (boot.asksAgainAfter ?? 0) * 1000));
  return send(path, body, how);
}

/** @param {Demo.Asked} asked */
async function heardClick(asked) {
  const reply = await call("/rest/media/imagine/click", { id: state.post });
  if (!reply.ok) return void (await refused(reply));
  const { ignored, number } = await reply.json();
  if (boot.era === "D") asked.headers["x-demo-click"] = number;
  else asked.body.clickNumber = number;
  return !ignored;
}

// Era D: every piece is made anew as soon as a submit is accepted.
/** @param {boolean} isPromptless */
function accepted(isPromptless) {
  state.percent = 0;
  if (!isPromptless) forgetPrompt();
  else drawComposer();
  if (isToday) drawToolbar();
  drawAll();
}

/** @param {string} mode */
export function quick(mode) {
  submit({ prompt: "", mode });
}

// From a card of the gallery: of that card's image.
/** @param {string} image */
export async function quickElsewhere(image) {
  const reply = await call("/rest/media/post/get", { id: image });
  const { conversationId } = (await reply.json()).post;
  const { path, body } = asking({ image, conversation: conversationId });
  const made = await send(path, body);
  return made.ok ? made.text() : refused(made);
}

// What is sent in another mode than that for videos: it changes the image, or is said to the agent.
/** @param {string} prompt @param {string} [mode] */
export async function edit(prompt, mode = "Image") {
  if (!prompt.trim() || state.limited) return;
  const { path, body } = askingElse(mode, prompt);
  const reply = await send(path, body);
  if (!reply.ok) return refused(reply);
  await reply.text();
  state.editText = "";
  forgetPrompt();
}

export function forgetPrompt() {
  state.prompt = "";
  state.ready = false;
  drawComposer();
}

/** @param {Demo.Run} run @param {Demo.Told} told */
async function heed(run, told) {
  const { error, conversation, image, progress, file, isTalk } = factsOf(told);
  if (conversation) run.conversation = conversation;
  if (image) run.over = true;
  if (isTalk) run.talked = true;
  if (error) return failed(run, `${error.message}. ${labels.again}`);
  if (progress) advance(run, progress);
  if (file && !run.over) await attached(run, file);
}

// A file that is only attached: where it lies, and which post it has, is in the lists.
/** @param {Demo.Run} run @param {Demo.File} file */
async function attached(run, file) {
  const { fileMetadataId: id, fileUri } = typeof file === "string" ? { fileMetadataId: file } : file;
  const videoUrl = fileUri ?? (await addressOf(id));
  const listed = (await loadPost({ quietly: true }))?.videos.find((video) => video.id === id);
  if (!listed) return;
  if (run.id === null) begin(run, { videoId: id, videoPostId: listed.postId, progress: 100 });
  succeeded(run, { .../** @type {Partial<Demo.Done>} */ (listed), videoUrl });
}

/** @param {Response} reply @returns {Promise<string | undefined>} */
async function limitText(reply) {
  const told = await reply.json().catch(() => ({}));
  return told.error?.message;
}

/** @param {Demo.Run} run @param {Demo.Progress} progress */
function advance(run, progress) {
  if (run.over) return;
  if (run.id === null) begin(run, progress);
  if (run.crashAt !== null && progress.progress >= run.crashAt) return crash();
  if (progress.moderated) return moderated(run, progress.isRootUserUploaded);
  if (progress.videoUrl) return succeeded(run, progress);
  if (run !== state.run) return;
  const half = (state.percent ?? 0) < 50 && progress.progress >= 50;
  state.percent = progress.progress;
  draw("progress");
  if (half) drawPlayer();
}

/** @param {Demo.Run} run @param {Demo.Progress} progress */
function begin(run, progress) {
  run.id = progress.videoId;
  run.postId = progress.videoPostId;
  state.videos = [...state.videos.filter((video) => video.id !== run.id), { id: run.id, postId: run.postId, state: "loading" }];
  state.percent = progress.progress;
  draw("column", "progress");
  drawPlayer();
  drawSubmit();
  moreInGallery();
}

/** @param {Demo.Run} run @param {Partial<Demo.Done>} progress */
function succeeded(run, progress) {
  const { videoUrl, thumbnailImageUrl, aspectRatio, resolutionName } = progress;
  settle(run, { state: "done", videoUrl, thumbnailImageUrl, aspectRatio, resolutionName });
  state.selected = run.id;
  state.made = true;
  if (boot.resetsOptions) state.choice = defaults();
  moveOn(run);
  drawAll();
  if (boot.resetsOptions) drawComposer();
  if (boot.preferenceQuestion) askPreference(finished().find((video) => video.id === run.id));
  loadQuota().then(() => drawSubmit(), () => {});
}

/** @param {Demo.Run} run */
function moveOn(run) {
  const late = () => history.pushState(null, "", `?conversation=${run.conversation}`);
  if (boot.urlAfter === "conversation") late();
  if (boot.urlAfter === "late_conversation") setTimeout(late, LATE_MS);
  if (boot.era === "D") loadLists().catch(() => {});
  if (boot.urlAfter !== "new_post" || run.postId === null) return;
  if (boot.era === "D") state.composer = "edit";
  state.post = run.postId;
  history.pushState(null, "", `/imagine/post/${run.postId}`);
  forgetPrompt();
}

/** @param {Demo.Run} run @param {boolean | undefined} isPhoto */
function moderated(run, isPhoto) {
  settle(run, { state: "moderated" });
  if (isPhoto) tellOfPhotos();
  else toast(labels.moderated);
  drawAll();
}

/** @param {Demo.Run} run @param {string | null} text */
function failed(run, text) {
  settle(run, null);
  if (text) toast(text);
  drawAll();
}

/** @param {Demo.Run} run @param {Partial<Demo.Video> | null} outcome */
function settle(run, outcome) {
  run.over = true;
  if (state.run === run) [state.run, state.percent] = [null, null];
  state.videos = state.videos
    .filter((video) => outcome || video.id !== run.id)
    .map((video) => (video.id === run.id ? /** @type {Demo.Video} */ ({ ...video, ...outcome }) : video));
}

export async function cancel() {
  const run = state.run;
  if (!run?.id) return;
  settle(run, null);
  drawAll();
  run.abort.abort();
  await call("/rest/media/imagine/cancel", { id: run.id });
}
