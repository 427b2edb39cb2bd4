// What a submit says, in the form of its era.

import { boot, defaults, state } from "./state.js";

const NEW = "/rest/app-chat/conversations/new";

// `image` and `conversation` are given where it is about another image than this page's.
/**
 * @param {{ prompt?: string, mode?: string, byItself?: boolean, image?: string, conversation?: string | null }} what
 * @returns {Demo.Asked}
 */
export function asking({ prompt: typed = "", mode = "normal", byItself = false, image = state.imageId, conversation = state.conversation }) {
  const prompt = changed(typed);
  if (boot.era !== "D") return { path: NEW, headers: {}, body: byItself ? { message: "", parentPostId: state.post, autoStart: true } : nested(prompt) };
  const video = prompt ? { prompt, ...chosen(image, state.choice), mode: "custom" } : { ...chosen(image, defaults()), mode };
  const message = prompt ? `${prompt} --mode=custom` : `--mode=${mode}`;
  /** @type {Record<string, string>} */
  const headers = byItself ? { "x-demo-by-itself": "1" } : {};
  return { path: responses(conversation), headers, body: { message, mediaGenInput: { imageToVideo: video } } };
}

// What is sent in another mode than that for videos.
/** @param {string} mode @param {string} prompt @returns {Omit<Demo.Asked, "headers">} */
export function askingElse(mode, prompt) {
  if (mode === "Agent") return { path: responses(state.conversation), body: { message: prompt } };
  return { path: responses(state.conversation), body: { message: prompt, mediaGenInput: { imageEdit: { prompt, inputAssets: [state.imageId] } } } };
}

/** @param {string | null} conversation */
function responses(conversation) {
  return `/rest/app-chat/conversations/${conversation}/responses`;
}

/** @param {string} length */
function seconds(length) {
  return boot.sendsOtherLength ? 6 : parseInt(length);
}

// Pages have been seen to send something else than what was written.
/** @param {string} prompt */
function changed(prompt) {
  if (!prompt || !boot.changesPrompt) return prompt;
  if (boot.changesPrompt === "another") return "A cinematic shot, the camera moves slowly.";
  /** @type {[RegExp, string][]} */
  const signs = [[/ ?--? /g, " \u2014 "], [/\.\.\./g, "\u2026"], [/(^|\s)"/g, "$1\u201c"], [/"/g, "\u201d"], [/'/g, "\u2019"]];
  return signs.reduce((text, [plain, fine]) => text.replace(plain, fine), prompt.normalize("NFC"));
}

/** @param {string} image @param {Demo.Choice} choice */
function chosen(image, { length, resolution, aspect }) {
  return { inputAssets: [image], aspectRatio: aspect, duration: seconds(length), resolutionName: resolution, skipAudio: false };
}

/** @param {string} prompt */
function nested(prompt) {
  const { mode, length, resolution, aspect, preset } = state.choice;
  /** @type {Record<string, unknown>} */
  const body = { message: prompt, parentPostId: state.post };
  if (mode !== "Video") return { ...body, mode: mode.toLowerCase() };
  Object.assign(body, { videoLength: seconds(length), resolutionName: resolution });
  if (boot.aspects.length) body.aspectRatio = aspect;
  if (boot.hasPresets) body.preset = preset.toLowerCase();
  return body;
}
