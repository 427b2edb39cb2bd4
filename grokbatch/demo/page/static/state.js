// What the page knows and what was chosen on it.

export const boot = JSON.parse(document.getElementById("boot").textContent);
export const labels = boot.labels;

export const state = {
  post: boot.post,
  root: boot.post,
  prompt: "",
  lastPrompt: "",
  videos: [], // {id, postId, state: done | loading | moderated, videoUrl, hdUrl, thumbnailImageUrl, …}
  image: null,
  selected: null,
  percent: null,
  run: null,
  made: false,
  limited: false,
  upscaling: null,
  choice: defaults(),
};

export function defaults() {
  return { mode: boot.openingMode, length: "6s", resolution: "480p", aspect: "2:3", preset: "Normal" };
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
