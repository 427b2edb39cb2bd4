// How a video is made: what is asked for, and what becomes of it.

import { call, isLimit, limit, loadQuota, refused } from "./api.js";
import { crash } from "./crash.js";
import { draw, drawAll, drawComposer, drawPlayer, drawSubmit } from "./drawing.js";
import { boot, defaults, labels, state } from "./state.js";
import { jsonObjects } from "./stream.js";
import { askPreference, moreInGallery } from "./traps.js";
import { toast } from "./view.js";

const LATE_MS = 1000;

export async function submit({ prompt = state.prompt, byItself = false } = {}) {
  if ((!prompt.trim() && !byItself) || state.limited || state.percent !== null) return;
  const run = { id: null, postId: null, conversation: null, over: false, crashAt: null, abort: new AbortController() };
  const body = byItself ? { message: "", parentPostId: state.post, autoStart: true } : wanted(prompt);
  try {
    if (boot.asksBeforeClick && !byItself) {
      const asked = await call("/rest/media/imagine/click", { id: state.post });
      if (!asked.ok) return await refused(asked);
      const { ignored, number } = await asked.json();
      if (ignored) return;
      body.clickNumber = number;
    }
    const reply = await call("/rest/app-chat/conversations/new", body, run.abort.signal);
    if (!reply.ok) return await refused(reply);
    state.run = run;
    state.lastPrompt = prompt;
    run.crashAt = reply.headers.get("x-demo-crash-at");
    if (boot.era === "C" && !byItself) forgetPrompt();
    for await (const told of jsonObjects(reply.body)) heed(run, told);
  } catch (error) {
    if (!(error instanceof TypeError) && error.name !== "AbortError") throw error;
  }
  if (!run.over) failed(run, labels.network);
}

function wanted(prompt) {
  const { mode, length, resolution, aspect, preset } = state.choice;
  const body = { message: prompt, parentPostId: state.post };
  if (mode !== "Video") return { ...body, mode: mode.toLowerCase() };
  Object.assign(body, { videoLength: parseInt(length), resolutionName: resolution });
  if (boot.aspects.length) body.aspectRatio = aspect;
  if (boot.hasPresets) body.preset = preset.toLowerCase();
  return body;
}

export function forgetPrompt() {
  state.prompt = "";
  drawComposer();
}

function heed(run, told) {
  const response = told.result?.response ?? {};
  const error = told.error ?? response.error;
  if (told.result?.conversation) run.conversation = told.result.conversation.conversationId;
  if (response.streamingImageGenerationResponse) run.over = true;
  if (error) return isLimit(error) ? limitedIn(run, error.message) : failed(run, `${error.message}. ${labels.again}`);
  const progress = response.streamingVideoGenerationResponse;
  if (progress) advance(run, progress);
}

function limitedIn(run, text) {
  run.over = true;
  limit(text);
}

function advance(run, progress) {
  if (run.over) return;
  if (run.id === null) begin(run, progress);
  if (run.crashAt !== null && progress.progress >= run.crashAt) return crash();
  if (progress.moderated) return moderated(run);
  if (progress.videoUrl) return succeeded(run, progress);
  if (run !== state.run) return;
  const half = state.percent < 50 && progress.progress >= 50;
  state.percent = progress.progress;
  draw("progress");
  if (half) drawPlayer();
}

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

function succeeded(run, progress) {
  const { videoUrl, thumbnailImageUrl, aspectRatio, resolutionName } = progress;
  settle(run, { state: "done", videoUrl, thumbnailImageUrl, aspectRatio, resolutionName });
  state.selected = run.id;
  state.made = true;
  if (boot.resetsOptions) state.choice = defaults();
  moveOn(run);
  drawAll();
  if (boot.resetsOptions) drawComposer();
  if (boot.preferenceQuestion) askPreference(state.videos.find((video) => video.id === run.id));
  loadQuota().then(drawSubmit, () => {});
}

function moveOn(run) {
  const late = () => history.pushState(null, "", `?conversation=${run.conversation}`);
  if (boot.urlAfter === "conversation") late();
  if (boot.urlAfter === "late_conversation") setTimeout(late, LATE_MS);
  if (boot.urlAfter !== "new_post") return;
  state.post = run.postId;
  history.pushState(null, "", `/imagine/post/${run.postId}`);
  forgetPrompt();
}

function moderated(run) {
  settle(run, { state: "moderated" });
  toast(labels.moderated);
  drawAll();
}

function failed(run, text) {
  settle(run, null);
  toast(text);
  drawAll();
}

function settle(run, outcome) {
  run.over = true;
  if (state.run === run) state.run = state.percent = null;
  state.videos = state.videos
    .filter((video) => outcome || video.id !== run.id)
    .map((video) => (video.id === run.id ? { ...video, ...outcome } : video));
}

export async function cancel() {
  const run = state.run;
  if (!run?.id) return;
  settle(run, null);
  drawAll();
  run.abort.abort();
  await call("/rest/media/imagine/cancel", { id: run.id });
}
