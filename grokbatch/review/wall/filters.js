// What can be searched, filtered and grouped by: pure functions of a video and its pick.

/** @import { Video } from "./page.js" */
import { BY_ID, MADE, VIDEOS, isMade, seconds } from "./page.js";
import { pickOf, standOf } from "./picks.js";
import { promptOf } from "./tiles.js";

/**
 * What one can filter by: `of` returns the words of a video, `words` are all in their order where that is fixed, and
 * the group is shown if there is a video that `needs` it. The words of a group that `changes` come and go with the picks.
 * @typedef {{
 *   name: string, label: string, words?: string[], changes?: boolean, needs?: (video: Video) => unknown, of: (video: Video) => string[],
 * }} Group
 */

/** @type {Group[]} */
export const GROUPS = [
  { name: "batch", label: "Batch", of: (video) => (video.batch ? [video.batch] : []) },
  {
    name: "pick",
    label: "Pick",
    words: ["undecided", "maybe", "kept", "rejected"],
    of: (video) =>
      isMade(video) ? [standOf(video.id)] : [],
  },
  {
    name: "rating",
    label: "Rating",
    words: ["not rated", "1", "2", "3", "4", "5"],
    of: (video) => (isMade(video) ? [String(pickOf(video.id).rating ?? "not rated")] : []),
  },
  {
    name: "stars",
    label: "At least",
    words: ["2 and up", "3 and up", "4 and up"],
    of: (video) => [2, 3, 4].filter((least) => (pickOf(video.id).rating ?? 0) >= least).map((least) => `${least} and up`),
  },
  { name: "tags", label: "Tags", changes: true, of: (video) => [...pickOf(video.id).tags] },
  {
    name: "status",
    label: "Status",
    of: (video) => [video.status, ...(isMade(video) && !video.file ? ["not on disk"] : [])],
  },
  {
    name: "checks",
    label: "Checks",
    words: ["all met", "missed", "less than asked for"],
    needs: (video) => video.missed.length || video.degraded,
    of: (video) => {
      const faults = [video.missed.length ? "missed" : "", video.degraded ? "less than asked for" : ""].filter(Boolean);
      if (!isMade(video)) return [];
      return faults.length ? faults : ["all met"];
    },
  },
  {
    name: "twins",
    label: "Twins",
    words: ["with twins", "one of each"],
    needs: (video) => video.twins.length,
    of: (video) => [
      ...(video.twins.length ? ["with twins"] : []),
      ...(isMade(video) && isBestTwin(video) ? ["one of each"] : []),
    ],
  },
  { name: "prompt", label: "Prompt", of: (video) => [promptOf(video)].filter(Boolean) },
  { name: "choices", label: "Choices", of: (video) => video.choices },
  { name: "length", label: "Length", of: (video) => (video.duration ? [seconds(video.duration)] : []) },
  {
    name: "resolution",
    label: "Resolution",
    of: (video) => (video.width && video.height ? [`${video.width}\u00d7${video.height}`] : []),
  },
  { name: "account", label: "Account", of: (video) => (video.account ? [video.account] : []) },
];

/** Of videos that look the same the best rated one stands for all, and the first of equals. @param {Video} video */
export function isBestTwin(video) {
  /** @type {(one: Video) => number} */
  const worth = (one) => (pickOf(one.id).keep === false ? -1 : 0) + (pickOf(one.id).rating ?? 0);
  return video.twins.every((id) => {
    const twin = BY_ID.get(id);
    return !twin || worth(video) > worth(twin) || (worth(video) === worth(twin) && video.order < twin.order);
  });
}

/** The value of an axis of a video's prompt, or of its prompt; "" if it has none. @param {Video} video @param {string} axis */
export function valueOf(video, axis) {
  if (axis === "batch") return video.batch ?? "";
  if (axis === "prompt") return promptOf(video);
  const start = `${axis}: `;
  return video.choices.find((choice) => choice.startsWith(start))?.slice(start.length) ?? "";
}

/** What videos can be grouped by: their prompts and the axes of these, where there are at least two values. */
export function axes() {
  const names = new Set(["batch", "prompt", ...VIDEOS.flatMap(({ choices }) => choices.map((choice) => choice.split(": ")[0]))]);
  return [...names].filter((axis) => new Set(MADE.map((video) => valueOf(video, axis))).size > 1);
}

/** Whether all words of a search are in what is known of a video. @param {Video} video @param {string} text */
export function isFound(video, text) {
  const { note, tags } = pickOf(video.id);
  const known = [video.id, promptOf(video), video.prompt ?? "", ...video.choices, note, ...tags].join("\n").toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => known.includes(word));
}
