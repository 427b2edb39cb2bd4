// What the page knows and what was chosen on it.

/** @type {Demo.Boot} */
export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "");
export const labels = boot.labels;

// Whether this is the page of today, which has more than its ways on the wire.
export const isToday = boot.era === "D" && boot.layout === "known";

/** @type {Demo.State} */
export const state = {
  post: boot.post,
  root: boot.post,
  imageId: boot.post,
  conversation: null,
  composer: "edit",
  editText: "",
  ready: false,
  withheld: null,
  prompt: "",
  lastPrompt: "",
  videos: [],
  image: null,
  selected: null,
  percent: null,
  run: null,
  made: false,
  limited: false,
  throttled: boot.throttled,
  upscaling: null,
  choice: { ...defaults(), ...remembered() },
};

/** @returns {Demo.Choice} */
export function defaults() {
  return { mode: boot.openingMode ?? "Video", length: "6s", resolution: "480p", aspect: boot.era === "D" ? "9:16" : "2:3", preset: "Normal" };
}

// The page of era D goes on with what was chosen last.
/** @returns {Partial<Demo.Choice>} */
function remembered() {
  const kept = boot.era === "D" ? JSON.parse(localStorage.getItem("useImagineModeStore") ?? "null")?.state : null;
  if (!kept) return {};
  return { length: `${kept.videoLength}s`, resolution: kept.resolution, aspect: kept.aspectRatio, mode: boot.openingMode ?? kept.mode };
}

export function remember() {
  const { mode, length, resolution, aspect } = state.choice;
  const kept = { mode, aspectRatio: aspect, videoLength: String(parseInt(length)), resolution };
  localStorage.setItem("useImagineModeStore", JSON.stringify({ state: kept, version: 0 }));
}

// What the page offers of each option, in the words on the page.
/** @type {Record<Demo.Option, string[]>} */
export const offers = {
  length: boot.durations.map((seconds) => `${seconds}s`),
  resolution: boot.resolutions,
  aspect: boot.aspects,
  preset: ["Custom", "Normal", "Fun", "Spicy"],
};

/** @returns {Demo.Done | undefined} */
export function shown() {
  return finished().find((video) => video.id === state.selected);
}

/** @returns {Demo.Done[]} */
export function finished() {
  return state.videos.filter((video) => video.state === "done");
}

/** @param {string} path */
export function asset(path, query = "cache=1") {
  return `${boot.assets}/${path}?${query}`;
}
