// What every part needs: the data, elements, and a voice for those who do not see what changed.

const DATA = JSON.parse(document.getElementById("data").textContent);
const VIDEOS = DATA.videos.map((video, order) =>
  Object.freeze({
    attempts: 0,
    twins: [],
    missed: [],
    choices: [],
    degraded: "",
    ...video,
    order,
    short: video.id.replace(/^video-/, ""),
  }),
);
const BY_ID = new Map(VIDEOS.map((video) => [video.id, video]));
const isMade = (video) => video.status === "completed";
const MADE = VIDEOS.filter(isMade);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const byId = (id) => document.getElementById(id);

/** Return a new element; properties become attributes, functions become listeners, children text or elements. */
function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child ?? false));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstChild.setAttribute("href", `#i-${name}`);
  return svg;
}

function setIcon(button, name) {
  button.querySelector("use").setAttribute("href", `#i-${name}`);
}

/** Tell a screen reader. Behind an open dialog nothing is heard, so the topmost one speaks. */
function say(text) {
  const dialogs = document.querySelectorAll("dialog[open] .voice");
  const voice = dialogs[dialogs.length - 1] ?? document.querySelector("body > .voice");
  voice.textContent = "";
  requestAnimationFrame(() => (voice.textContent = text));
}

let noteTimer;
/** Show a note for some seconds, and say it. */
function note(text) {
  clearTimeout(noteTimer);
  byId("note").textContent = text;
  byId("note").hidden = false;
  noteTimer = setTimeout(() => (byId("note").hidden = true), 6000);
  say(text);
}

const seconds = (value) => `${value.toFixed(1)} s`;
const bytes = (value) => (value < 1e5 ? `${Math.round(value / 1e3)} kB` : `${(value / 1e6).toFixed(1)} MB`);
const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Return a value that this browser keeps for all walls, such as the size of the tiles. */
function habit(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem("grokbatch-wall:habits") ?? "{}")[name] ?? otherwise;
  } catch {
    return otherwise;
  }
}

function setHabit(name, value) {
  try {
    const habits = JSON.parse(localStorage.getItem("grokbatch-wall:habits") ?? "{}");
    localStorage.setItem("grokbatch-wall:habits", JSON.stringify({ ...habits, [name]: value }));
  } catch {
    // A browser that keeps nothing starts with the usual size each time.
  }
}
