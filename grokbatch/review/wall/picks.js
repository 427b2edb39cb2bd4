// Ratings and decisions: kept in this browser under the manifest's id, saved as picks.yaml.

/** @import { Pick } from "./page.js" */
import { BY_ID, DATA, VIDEOS, make, many, note, say } from "./page.js";

/** @typedef {Pick & { at: number }} Remembered a pick and when it was made, in milliseconds since 1970 */
/** @typedef {{ at: number, text: string | null }} Saved the picks as they were saved last, and when */
/** @typedef {(options: object) => Promise<FileSystemFileHandle>} Picker */

const STORE_KEY = `grokbatch-wall:${DATA.manifest}`;
/** @type {Readonly<Pick>} */
const NOTHING = Object.freeze({ rating: null, keep: null });
/** @type {Map<string, Remembered>} */
const picks = new Map(); // video id -> {rating, keep, at}
/** @type {((id: string | null) => void)[]} */
const listeners = [];
/** @type {[string, Pick][]} */
const undone = [];
/** @type {Saved} */
let saved = { at: 0, text: null };
let keepsNothing = false;
/** @type {FileSystemFileHandle | null} */
let chosenFile = null;
/** Chromium's way to let people choose where to save; the types of the DOM do not know it. */
const picker = /** @type {{ showSaveFilePicker?: Picker }} */ (/** @type {unknown} */ (window));

/** @type {(listener: (id: string | null) => void) => void} */
export const whenPicked = (listener) => listeners.push(listener);
/** @type {(id: string) => Readonly<Pick>} */
export const pickOf = (id) => picks.get(id) ?? NOTHING;
/** @type {(pick: Pick) => boolean} */
const isPicked = ({ rating, keep }) => rating !== null || keep !== null;

/** Take what was saved into a file and what this browser remembers; the later word on a video counts. */
function recall() {
  picks.clear();
  saved = { at: 0, text: null };
  if (DATA.picks) {
    const at = Date.parse(DATA.picks.saved_at);
    for (const [id, { rating, keep }] of Object.entries(DATA.picks.of)) remember(id, { rating, keep, at });
    saved = { at, text: listed() };
  }
  const stored = readStore();
  for (const [id, pick] of Object.entries(stored.of ?? {})) {
    const known = picks.get(id);
    if (!known || !(known.at > pick.at)) remember(id, pick);
  }
  if (stored.saved && stored.saved.at > saved.at) saved = stored.saved;
}

/** @param {string} id @param {Remembered} pick */
function remember(id, pick) {
  // A video that was made anew since is not the one that was rated.
  const made = BY_ID.get(id)?.made_at;
  if (!made || pick.at >= Date.parse(made)) picks.set(id, pick);
}

/** @returns {{ of?: Record<string, Remembered>, saved?: Saved }} */
function readStore() {
  try {
    return JSON.parse(localStorage.getItem(STORE_KEY) ?? "null") ?? {};
  } catch {
    return {};
  }
}

function writeStore() {
  try {
    localStorage.setItem(STORE_KEY, JSON.stringify({ of: Object.fromEntries(picks), saved }));
  } catch {
    if (!keepsNothing) note("This browser keeps nothing of this page: save your picks before you close it.");
    keepsNothing = true;
  }
}

/**
 * Change the pick of a video: `{rating}`, `{keep}` or both.
 * @param {string} id
 * @param {Partial<Pick>} change
 * @param {{ undoing?: boolean }} [how]
 */
function setPick(id, change, { undoing = false } = {}) {
  const before = pickOf(id);
  if (!undoing) undone.push([id, { rating: before.rating, keep: before.keep }]);
  picks.set(id, { rating: before.rating, keep: before.keep, ...change, at: Date.now() });
  writeStore();
  for (const listener of listeners) listener(id);
  say(`${id}: ${inWords(pickOf(id))}`);
}

/** Rate a video, or take the rating away when it is the one it has. @type {(id: string, rating: number) => void} */
export const rate = (id, rating) => setPick(id, { rating: rating === 0 || rating === pickOf(id).rating ? null : rating });

/**
 * Keep (true) or reject (false) a video, or leave it undecided again when that is what it was.
 * @type {(id: string, keep: boolean) => void}
 */
export const decide = (id, keep) => setPick(id, { keep: keep === pickOf(id).keep ? null : keep });

export function takeBack() {
  const last = undone.pop();
  if (last) setPick(...last, { undoing: true });
}

/** @param {Pick} pick */
export function inWords({ rating, keep }) {
  const words = [rating === null ? null : `rated ${rating} of 5`, keep === null ? null : keep ? "kept" : "rejected"];
  return words.filter(Boolean).join(", ") || "not rated";
}

/** The decision on a video in one word. @param {string} id @returns {"kept" | "rejected" | "undecided"} */
export function standOf(id) {
  const { keep } = pickOf(id);
  return keep === true ? "kept" : keep === false ? "rejected" : "undecided";
}

const picked = () => VIDEOS.filter((video) => isPicked(pickOf(video.id)));
/** @type {(text: string) => string} */
const quoted = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function listed() {
  const lines = picked().map((video) => {
    const { rating, keep } = pickOf(video.id);
    return `  - {id: ${quoted(video.id)}, rating: ${rating}, keep: ${keep}}`;
  });
  return [lines.length ? "picks:" : "picks: []", ...lines, ""].join("\n");
}

function asFile() {
  const saved_at = `${new Date().toISOString().slice(0, 19)}Z`;
  const head = { batch: DATA.batch, manifest: DATA.manifest, saved_at };
  return ["version: 1", ...Object.entries(head).map(([key, text]) => `${key}: ${quoted(text)}`), listed()].join("\n");
}

/** Return how many videos have another rating or decision than in the file that was saved last. */
export function unsaved() {
  const before = new Set((saved.text ?? "").split("\n")),
    now = new Set(listed().split("\n"));
  const differing = [...before].filter((line) => !now.has(line)).concat([...now].filter((line) => !before.has(line)));
  return new Set(differing.map((line) => /\{id: ("(?:[^"\\]|\\.)*")/.exec(line)?.[1]).filter(Boolean)).size;
}

export async function save() {
  const text = asFile();
  const where = picker.showSaveFilePicker ? await intoChosenFile(picker.showSaveFilePicker, text) : asDownload(text);
  if (!where) return;
  saved = { at: Date.now(), text: listed() };
  writeStore();
  for (const listener of listeners) listener(null);
  note(
    `${where}: ${many(picked().length, "video")}, ${picked().filter(({ id }) => pickOf(id).keep).length} to keep.`,
  );
}

/** @param {Picker} choose @param {string} text */
async function intoChosenFile(choose, text) {
  try {
    chosenFile ??= await choose({
      id: "grokbatch-picks",
      suggestedName: "picks.yaml",
      types: [{ description: "Picks", accept: { "application/yaml": [".yaml", ".yml"] } }],
    });
    const stream = await chosenFile.createWritable();
    await stream.write(text);
    await stream.close();
    return `Saved as ${chosenFile.name}`;
  } catch (error) {
    chosenFile = null;
    if (error instanceof DOMException && error.name === "AbortError") return (say("Not saved"), null);
    return asDownload(text);
  }
}

/** @param {string} text */
function asDownload(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  make("a", { href: address, download: "picks.yaml" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return "picks.yaml is in your downloads";
}

addEventListener("storage", ({ key }) => {
  if (key !== STORE_KEY) return;
  recall();
  for (const listener of listeners) listener(null);
});
addEventListener("beforeunload", (event) => {
  if (keepsNothing && unsaved()) event.preventDefault();
});
recall();
