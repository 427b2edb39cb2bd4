// What every part needs: the data, elements, and a voice for those who do not see what changed.

/** @type {Data} */
export const DATA = JSON.parse(find("#data").textContent ?? "");
/** The batches of this page, of which there is usually one. @type {Batch[]} */
export const BATCHES = DATA.batches ?? [DATA];
const [PREFIX, SUFFIX] = commonEnds(DATA.videos.filter((video) => !video.earlier_of).map(ownId));
const EMPTY = { attempts: 0, twins: [], missed: [], choices: [], degraded: "", earlier_of: "" };
/** @type {Video[]} */
export const VIDEOS = [];
/** @type {Map<string, Video>} */
export const BY_ID = new Map();
/** @type {(video: Video) => boolean} */
export const isMade = (video) => video.status === "completed";
/** @type {Video[]} */
export const MADE = [];
/** Those that the batch asks for, without earlier versions of them. */
/** @type {Video[]} */
export const PRESENT = [];
takeVideos(DATA.videos);
export const calm = matchMedia("(prefers-reduced-motion: reduce)");
/**
 * A video as page.py tells of it, with what is empty filled in.
 * @typedef {{
 *   id: string, short: string, order: number, status: string, category: string, tone: string, message?: string,
 *   address?: string, file?: string, poster?: string, hd?: string, source?: string, width?: number, height?: number,
 *   duration?: number, size?: number, account?: string, worker?: string, attempts: number, prompt_number?: number,
 *   prompt_name?: string, choices: string[], missed: string[], degraded: string, twins: string[], made_at?: string,
 *   seconds?: number, earlier_of: string, prompt?: string, frames_per_second?: number, batch?: string,
 *   own_id?: string,
 * }} Video on a page with several batches, `batch` names the video's own, in which it is called `own_id`
 */

/**
 * The name of a batch, the id of its manifest, and the picks that were saved into its file.
 * @typedef {{
 *   batch: string, manifest: string, picks: { saved_at: string, of: Record<string, Partial<Pick>> } | null,
 * }} Batch
 */

/**
 * What page.py gives the page; `served` says that a local server gives out the page, and saves the picks (saving.js).
 * With several `batches`, the batch that the page itself names stands for all of them.
 * @typedef {Batch & {
 *   served?: boolean, shows_prompts?: boolean, batches?: Batch[],
 *   videos: (Partial<Video> & { id: string, status: string, category: string, tone: string })[],
 * }} Data
 */

/**
 * What was chosen of a video: a rating from 1 to 5, whether it is to be kept, or was put off (`maybe`, only while
 * `keep` is null), its place among those that were compared in pairs, and the user's own words.
 * @typedef {{
 *   rating: number | null, keep: boolean | null, maybe: boolean, note: string, tags: string[], rank: number | null,
 * }} Pick
 */

/**
 * The elements that are more than an `HTMLElement`, by their ids.
 * @typedef {{
 *   sort: HTMLSelectElement, size: HTMLInputElement, viewer: HTMLDialogElement, side: HTMLDialogElement,
 *   keys: HTMLDialogElement, "side-open": HTMLButtonElement, search: HTMLInputElement, rows: HTMLSelectElement,
 *   columns: HTMLSelectElement, cull: HTMLDialogElement, pairs: HTMLDialogElement, earlier: HTMLDetailsElement,
 * }} Special
 */

/** Let these be the videos of the page from now on. @param {Data["videos"]} videos */
export function takeVideos(videos) {
  for (const list of [VIDEOS, MADE, PRESENT]) list.length = 0;
  BY_ID.clear();
  for (const [order, told] of videos.entries()) {
    const video = Object.freeze({ ...EMPTY, ...told, order, short: shortened(told) });
    VIDEOS.push(video);
    BY_ID.set(video.id, video);
    if (isMade(video)) MADE.push(video);
    if (isMade(video) && !video.earlier_of) PRESENT.push(video);
  }
}

/** The words that all ids begin and end with, which tell none from another. @param {string[]} ids */
function commonEnds(ids) {
  if (ids.length < 2) return [ids[0]?.startsWith("video-") ? "video-" : "", ""];
  let [start, end] = [ids[0], ids[0]];
  for (const id of ids) {
    while (!id.startsWith(start)) start = start.slice(0, -1);
    while (!id.endsWith(end)) end = end.slice(1);
  }
  return [start.replace(/[^-_. ]*$/, ""), end.replace(/^[^-_. ]*/, "")];
}

/** The id that a video has in its batch. @param {{ id: string, own_id?: string }} video */
export function ownId({ id, own_id: own }) {
  return own ?? id;
}

/** @param {{ id: string, own_id?: string, batch?: string }} video */
function shortened(video) {
  const id = ownId(video);
  const rest = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
  const short = SUFFIX && rest.endsWith(SUFFIX) ? rest.slice(0, -SUFFIX.length) : rest;
  return video.batch ? `${video.batch}/${short || id}` : short || id;
}

/** A video's name, which is cut in its middle where it is too long: names differ at their ends. @param {Video} video */
export function nameOf({ id, short }) {
  const cut = short.length > 14 ? short.length - 9 : 0;
  return make(
    "span",
    { class: "number", title: id },
    cut > 0 && make("span", { class: "head" }, short.slice(0, cut)),
    make("span", { class: "tail" }, short.slice(cut)),
  );
}

/** Return the video with an id that the wall has. @param {string} id */
export function videoOf(id) {
  const video = BY_ID.get(id);
  if (!video) throw new Error(`there is no video ${id}`);
  return video;
}

/**
 * Return the element with an id, which stands in wall.html. It passes through `any`, for TypeScript cannot tell what
 * a condition on `Id` comes to before `Id` is known.
 * @template {string} Id
 * @param {Id} id
 * @returns {Id extends keyof Special ? Special[Id] : HTMLElement}
 */
export const byId = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * Return the first element that a selector finds on the page, or in one part of it, where it stands for certain.
 * @param {string} selector
 * @param {ParentNode} [within]
 */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`there is no ${selector} on the page`);
  return /** @type {HTMLElement} */ (found);
}

/**
 * Return a new element; properties become attributes, functions become listeners, children text or elements. Which
 * event a listener hears follows from the property's name alone, hence `any`.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Object<string, string | number | boolean | null | undefined | ((event: any) => unknown)>} [properties]
 * @param {...(Node | string | number | boolean | null | undefined)} children falsy ones are left out
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child ?? false).map((child) => /** @type {Node | string} */ (child)));
  return element;
}

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** @param {Element} button @param {string} name */
export function setIcon(button, name) {
  find("use", button).setAttribute("href", `#i-${name}`);
}

/** Tell a screen reader. Behind an open dialog nothing is heard, so the topmost one speaks. @param {string} text */
export function say(text) {
  const dialogs = document.querySelectorAll("dialog[open] .voice");
  const voice = dialogs[dialogs.length - 1] ?? find("body > .voice");
  voice.textContent = "";
  requestAnimationFrame(() => (voice.textContent = text));
}

/** @type {number | undefined} */
let noteTimer;
/** Show a note for some seconds, and say it. @param {string} text */
export function note(text) {
  clearTimeout(noteTimer);
  byId("note").textContent = text;
  byId("note").hidden = false;
  noteTimer = setTimeout(() => (byId("note").hidden = true), 6000);
  say(text);
}

/** @type {(value: number) => string} */
export const seconds = (value) => `${value.toFixed(1)} s`;
/** @type {(value: number) => string} */
export const bytes = (value) => (value < 1e5 ? `${Math.round(value / 1e3)} kB` : `${(value / 1e6).toFixed(1)} MB`);
/** @type {(number: number, noun: string) => string} */
export const waiting = (number, noun) => `${many(number, noun)} ${number === 1 ? "waits" : "wait"}`;
/** @type {(number: number, noun: string) => string} */
export const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/**
 * Return what was begun on this wall and is not finished, such as a round of culling, or null.
 * @param {string} name
 */
export function unfinished(name) {
  try {
    return JSON.parse(localStorage.getItem(`grokbatch-wall:${DATA.manifest}:${name}`) ?? "null");
  } catch {
    return null;
  }
}

/** Remember what was begun, so that it can be gone on with after a reload; null forgets it. @param {string} name @param {object | null} state */
export function setUnfinished(name, state) {
  try {
    const key = `grokbatch-wall:${DATA.manifest}:${name}`;
    if (state) localStorage.setItem(key, JSON.stringify(state));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing goes on within this page only.
  }
}

/**
 * Return a value that this browser keeps for all walls, such as the size of the tiles.
 * @template Value
 * @param {string} name
 * @param {Value} otherwise
 * @returns {Value}
 */
export function habit(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem("grokbatch-wall:habits") ?? "{}")[name] ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {string | number | boolean} value */
export function setHabit(name, value) {
  try {
    const habits = JSON.parse(localStorage.getItem("grokbatch-wall:habits") ?? "{}");
    localStorage.setItem("grokbatch-wall:habits", JSON.stringify({ ...habits, [name]: value }));
  } catch {
    // A browser that keeps nothing starts with the usual size each time.
  }
}
