// What the page knows and what was chosen on it.

export const boot = JSON.parse(document.getElementById("boot").textContent);
export const labels = boot.labels;

// Whether this is the page of today, which has more than its ways on the wire.
export const isToday = boot.era === "D" && boot.layout === "known";

export const state = {
  post: boot.post,
  root: boot.post,
  conversation: null,
  composer: "edit", // in era D: edit or video
  editText: "",
  ready: false, // in era D: whether the submit button has heard of the text
  withheld: null,
  prompt: "",
  lastPrompt: "",
  videos: [], // {id, postId, state: done | loading | moderated, videoUrl, hdUrl, thumbnailImageUrl, …}
  image: null,
  selected: null,
  percent: null,
  run: null,
  made: false,
  limited: false,
  throttled: boot.throttled, // the button stays grey, and nobody says why
  upscaling: null,
  choice: { ...defaults(), ...remembered() },
};

export function defaults() {
  return { mode: boot.openingMode ?? "Video", length: "6s", resolution: "480p", aspect: boot.era === "D" ? "9:16" : "2:3", preset: "Normal" };
}

// The page of era D goes on with what was chosen last.
function remembered() {
  const kept = boot.era === "D" ? JSON.parse(localStorage.getItem("useImagineModeStore"))?.state : null;
  if (!kept) return {};
  return { length: `${kept.videoLength}s`, resolution: kept.resolution, aspect: kept.aspectRatio, mode: boot.openingMode ?? kept.mode };
}

export function remember() {
  const { mode, length, resolution, aspect } = state.choice;
  const kept = { mode, aspectRatio: aspect, videoLength: String(parseInt(length)), resolution };
  localStorage.setItem("useImagineModeStore", JSON.stringify({ state: kept, version: 0 }));
}

// What the page offers of each option, in the words on the page.
export const offers = {
  length: boot.durations.map((seconds) => `${seconds}s`),
  resolution: boot.resolutions,
  aspect: boot.aspects,
  preset: ["Custom", "Normal", "Fun", "Spicy"],
};

export function shown() {
  return state.videos.find((video) => video.id === state.selected);
}

export function finished() {
  return state.videos.filter((video) => video.state === "done");
}

export function asset(path, query = "cache=1") {
  return `${boot.assets}/${path}?${query}`;
}
