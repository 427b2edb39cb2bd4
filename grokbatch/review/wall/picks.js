// What was chosen of each video, kept in this browser under the manifest's id; saving.js takes it to picks.yaml.

/** @import { Batch, Data, Pick, Video } from "./page.js" */
import { BATCHES, BY_ID, VIDEOS, many, note, ownId, say } from "./page.js";
import { SAVES_BY_ITSELF, saveText } from "./saving.js";

/** @typedef {Pick & { at: number }} Remembered a pick and when it was made, in milliseconds since 1970 */
/** @typedef {{ at: number, text: string | null }} Saved the picks as they were saved last, and when */
/** @typedef {{ id: string, before: Pick, after: Pick }} Change */

/** Each batch has its own place, so that pages that show it alone and among others share the picks. @param {Batch} batch */
const placeOf = ({ manifest }) => `grokbatch-wall:${manifest}`;
/** The id of a video on this page. @param {Batch} batch @param {string} id */
const idHere = (batch, id) => (BATCHES.length > 1 ? `${batch.batch}/${id}` : id);
/** @type {(batch: Batch) => Video[]} */
const videosOf = ({ batch }) => VIDEOS.filter((video) => BATCHES.length === 1 || video.batch === batch);
const SOON = 400; // milliseconds after a change until a served page saves
/** @type {Readonly<Pick>} */
const NOTHING = Object.freeze({ rating: null, keep: null, maybe: false, note: "", tags: [], rank: null });
/** @type {Map<string, Remembered>} */
const picks = new Map();
/** @type {((id: string | null) => void)[]} */
const listeners = [];
/** Steps that can be undone, and redone; one step may change many videos. @type {{ done: Change[][], undone: Change[][] }} */
const steps = { done: [], undone: [] };
/** By the ids of the manifests. @type {Map<string, Saved>} */
const saved = new Map();
/** @type {Saved} */
const NEVER = { at: 0, text: null };
/** @type {(batch: Batch) => Saved} */
const savedOf = ({ manifest }) => saved.get(manifest) ?? NEVER;
let keepsNothing = false;
/** @type {number | undefined} */
let savingSoon;

/** Call `listener` with the id of a video whose pick has changed, or with null if several have. @type {(listener: (id: string | null) => void) => void} */
export const whenPicked = (listener) => listeners.push(listener);
/** @type {(id: string) => Readonly<Pick>} */
export const pickOf = (id) => picks.get(id) ?? NOTHING;
/** @type {(pick: Pick) => boolean} */
const isPicked = ({ rating, keep, maybe, note, tags, rank }) =>
  rating !== null || keep !== null || maybe || note !== "" || tags.length > 0 || rank !== null;

/** Take what was saved into files and what this browser remembers; the later word on a video counts. */
export function recall() {
  picks.clear();
  saved.clear();
  for (const batch of BATCHES) recallOf(batch);
}

/** @param {Batch} batch */
function recallOf(batch) {
  if (batch.picks) {
    const at = Date.parse(batch.picks.saved_at);
    for (const [id, pick] of Object.entries(batch.picks.of)) remember(idHere(batch, id), { ...NOTHING, ...pick, at });
    saved.set(batch.manifest, { at, text: listed(batch) });
  }
  const stored = readStore(batch);
  for (const [own, pick] of Object.entries(stored.of ?? {})) {
    const id = idHere(batch, own);
    const known = picks.get(id);
    if (!known || !(known.at > pick.at)) remember(id, { ...NOTHING, ...pick });
  }
  if (stored.saved && stored.saved.at > savedOf(batch).at) saved.set(batch.manifest, stored.saved);
}

/** @param {string} id @param {Remembered} pick */
function remember(id, pick) {
  const rated = versionAt(id, pick.at);
  if (rated && !(Number(picks.get(rated)?.at) > pick.at)) picks.set(rated, pick);
}

/**
 * Return the id of what stood under `id` at a time: a video that was made anew since is not the one that was rated.
 * @param {string} id @param {number} at
 */
function versionAt(id, at) {
  /** @type {(video: Video | undefined) => boolean} */
  const wasThere = (video) => !video?.made_at || Date.parse(video.made_at) <= at;
  const video = BY_ID.get(id);
  if (video?.made_at && wasThere(video)) return id;
  const earlier = VIDEOS.filter((one) => one.earlier_of === id && one.made_at && wasThere(one)).sort(
    (one, other) => Date.parse(other.made_at ?? "") - Date.parse(one.made_at ?? ""),
  )[0];
  return earlier?.id ?? (wasThere(video) ? id : null);
}

/** @param {Batch} batch @returns {{ of?: Record<string, Remembered>, saved?: Saved }} */
function readStore(batch) {
  try {
    return JSON.parse(localStorage.getItem(placeOf(batch)) ?? "null") ?? {};
  } catch {
    return {};
  }
}

function writeStore() {
  try {
    for (const batch of BATCHES) {
      const start = idHere(batch, "");
      const own = [...picks].filter(([id]) => id.startsWith(start)).map(([id, pick]) => [id.slice(start.length), pick]);
      localStorage.setItem(placeOf(batch), JSON.stringify({ of: Object.fromEntries(own), saved: savedOf(batch) }));
    }
  } catch {
    if (!keepsNothing && !SAVES_BY_ITSELF)
      note("This browser keeps nothing of this page: save your picks before you close it.");
    keepsNothing = true;
  }
}

/**
 * Change picks in one step, which can be undone as one. What does not differ is left alone.
 * @param {Iterable<[string, Partial<Pick>]>} wishes
 */
export function change(wishes) {
  const step = [...wishes]
    .map(([id, wish]) => ({ id, before: plain(pickOf(id)), after: { ...plain(pickOf(id)), ...wish } }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  if (!step.length) return;
  steps.done.push(step);
  steps.undone.length = 0;
  apply(step.map(({ id, after }) => [id, after]));
}

/** @param {Readonly<Pick>} pick @returns {Pick} */
function plain({ rating, keep, maybe, note, tags, rank }) {
  return { rating, keep, maybe, note, tags: [...tags], rank };
}

/** @param {[string, Pick][]} wanted */
function apply(wanted, what = "") {
  const at = Date.now();
  for (const [id, pick] of wanted) picks.set(id, { ...pick, at });
  writeStore();
  tellListeners(wanted.length === 1 ? wanted[0][0] : null);
  say(what + (wanted.length === 1 ? `${wanted[0][0]}: ${inWords(wanted[0][1])}` : `${wanted.length} videos changed`));
  saveSoon();
}

/** Take what was saved elsewhere meanwhile, such as on a phone. @param {Data} data what the server tells now */
export function takeSaved(data) {
  let isNew = false;
  for (const [at, { picks: read }] of (data.batches ?? [data]).entries()) {
    if (!read || read.saved_at === BATCHES[at].picks?.saved_at) continue;
    BATCHES[at].picks = read;
    isNew = true;
  }
  if (!isNew) return;
  recall();
  tellListeners(null);
}

/** @param {string | null} id */
function tellListeners(id) {
  for (const listener of listeners) listener(id);
}

/** Take the last step back; return the ids of the videos that it was about. @returns {string[]} */
export function takeBack() {
  const step = steps.done.pop();
  if (!step) return (say("Nothing to undo"), []);
  steps.undone.push(step);
  apply(step.map(({ id, before }) => [id, before]), "Undone. ");
  return step.map(({ id }) => id);
}

/** Do again what was taken back; return the ids of the videos that it was about. @returns {string[]} */
export function doAgain() {
  const step = steps.undone.pop();
  if (!step) return (say("Nothing to redo"), []);
  steps.done.push(step);
  apply(step.map(({ id, after }) => [id, after]), "Done again. ");
  return step.map(({ id }) => id);
}

/** Rate videos, or take the rating away when it is the one that all of them have. @param {string[]} ids @param {number} rating */
export function rate(ids, rating) {
  const given = rating === 0 || ids.every((id) => pickOf(id).rating === rating) ? null : rating;
  change(ids.map((id) => [id, { rating: given }]));
}

/** @typedef {"kept" | "rejected" | "maybe" | "undecided"} Stand */

/** Decide on videos, or leave them undecided again when that is what they all were. @param {string[]} ids @param {Stand} stand */
export function decide(ids, stand) {
  const given = ids.every((id) => standOf(id) === stand) ? "undecided" : stand;
  change(ids.map((id) => [id, asPick(given)]));
}

/** @param {Stand} stand @returns {{ keep: boolean | null, maybe: boolean }} */
export const asPick = (stand) => ({
  keep: stand === "kept" ? true : stand === "rejected" ? false : null,
  maybe: stand === "maybe",
});

/** The decision on a video in one word. @param {string} id @returns {Stand} */
export function standOf(id) {
  const { keep, maybe } = pickOf(id);
  return keep === true ? "kept" : keep === false ? "rejected" : maybe ? "maybe" : "undecided";
}

/** @param {Pick} pick */
export function inWords({ rating, keep, maybe, note, tags, rank }) {
  const words = [
    rating === null ? null : `rated ${rating} of 5`,
    keep === null ? (maybe ? "maybe" : null) : keep ? "kept" : "rejected",
    rank === null ? null : `place ${rank}`,
    tags.length ? `tags ${tags.join(" and ")}` : null,
    note ? "with a note" : null,
  ];
  return words.filter(Boolean).join(", ") || "not rated";
}

/** @type {(batch: Batch) => Video[]} */
const pickedOf = (batch) => videosOf(batch).filter((video) => isPicked(pickOf(video.id)));
/** @type {(text: string) => string} */
const quoted = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** @param {Batch} batch */
function listed(batch) {
  const lines = pickedOf(batch).map((video) => {
    const { rating, keep, maybe, note, tags, rank } = pickOf(video.id);
    const parts = [
      `id: ${quoted(ownId(video))}`,
      `rating: ${rating}`,
      `keep: ${keep}`,
      maybe && "maybe: true",
      note && `note: ${quoted(note)}`,
      tags.length && `tags: [${tags.map(quoted).join(", ")}]`,
      rank !== null && `rank: ${rank}`,
    ];
    return `  - {${parts.filter(Boolean).join(", ")}}`;
  });
  return [lines.length ? "picks:" : "picks: []", ...lines, ""].join("\n");
}

/** @param {Batch} batch */
function asFile(batch) {
  const saved_at = `${new Date().toISOString().slice(0, 19)}Z`;
  const head = { batch: batch.batch, manifest: batch.manifest, saved_at };
  return ["version: 1", ...Object.entries(head).map(([key, text]) => `${key}: ${quoted(text)}`), listed(batch)].join("\n");
}

/** Return how many videos have another pick than in the files that were saved last. */
export function unsaved() {
  return BATCHES.reduce((sum, batch) => sum + unsavedOf(batch), 0);
}

/** @param {Batch} batch */
function unsavedOf(batch) {
  const before = new Set((savedOf(batch).text ?? "").split("\n")),
    now = new Set(listed(batch).split("\n"));
  const differing = [...before].filter((line) => !now.has(line)).concat([...now].filter((line) => !before.has(line)));
  return new Set(differing.map((line) => /\{id: ("(?:[^"\\]|\\.)*")/.exec(line)?.[1]).filter(Boolean)).size;
}

/** Save all picks, of several batches those that have changed; without `quietly` it is also told where they are. */
export async function save({ quietly = false } = {}) {
  clearTimeout(savingSoon);
  /** @type {string[]} */
  const told = [];
  try {
    for (const batch of BATCHES.filter((one) => BATCHES.length === 1 || unsavedOf(one))) {
      const text = listed(batch);
      const where = await saveText(asFile(batch), batch);
      if (!where) return;
      saved.set(batch.manifest, { at: Date.now(), text });
      writeStore();
      const kept = pickedOf(batch).filter(({ id }) => pickOf(id).keep).length;
      told.push(`${where}: ${many(pickedOf(batch).length, "video")}, ${kept} to keep.`);
    }
    tellListeners(null);
    if (!quietly) note(told.join(" ") || "Everything is saved");
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
  }
}

function saveSoon() {
  if (!SAVES_BY_ITSELF) return;
  clearTimeout(savingSoon);
  savingSoon = setTimeout(() => save({ quietly: true }), SOON);
}

addEventListener("storage", ({ key }) => {
  if (!BATCHES.some((batch) => placeOf(batch) === key)) return;
  recall();
  tellListeners(null);
});
addEventListener("beforeunload", (event) => {
  if (keepsNothing && !SAVES_BY_ITSELF && unsaved()) event.preventDefault();
});
addEventListener("pagehide", () => SAVES_BY_ITSELF && unsaved() && save({ quietly: true }));
recall();
if (unsaved()) saveSoon();
