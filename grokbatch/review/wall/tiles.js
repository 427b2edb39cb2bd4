// The tiles: a poster, marks, and below them the number and the pick of the video.

/** @import { Video } from "./page.js" */
import { judging } from "./judging.js";
import { BY_ID, MADE, byId, find, icon, make, nameOf, note, seconds } from "./page.js";
import { inWords, pickOf } from "./picks.js";
import { beginRange, selected } from "./selection.js";
import { beside, besideTwins, toggleBeside } from "./side.js";
import { viewer } from "./wall.js";

export const wall = byId("wall");
/** The part of the page that holds all tiles, those of earlier versions too. */
export const area = find("main");
/** @type {Map<string, Tile>} */
export const tiles = new Map(); // video id -> Tile
/** @type {Tile | null} */
export let current = null; // the tile that Tab leads to

export class Tile {
  /** @param {Video} video */
  constructor(video) {
    this.video = video;
    this.seen = this.near = this.held = false;
    /** @type {HTMLVideoElement | null} */
    this.clip = null;
    /** @type {ReturnType<typeof judging> | null} */
    this.judging = null;
    /** @type {HTMLButtonElement | null} */
    this.mark = null;
    this.stage = make("span", { class: "stage" }, this.poster(), ...this.instead());
    this.open = make(
      "button",
      {
        type: "button",
        class: "open",
        tabindex: "-1",
        draggable: video.file ? "true" : null,
        /** @param {DragEvent} event */
        dragstart: (event) => dragOut(event, video),
      },
      this.stage,
    );
    this.grade = make("span", { class: "grade" });
    this.flag = make("span", { class: "flag" });
    this.caption = make(
      "div",
      { class: "caption", "aria-hidden": "true" },
      nameOf(video),
      this.grade,
      this.flag,
    );
    this.element = make("li", { class: "tile", "data-id": video.id }, this.open, this.marks(), this.caption);
    this.update();
  }

  /** @returns {HTMLImageElement | undefined} */
  poster() {
    const { poster, width, height } = this.video;
    if (!poster) return undefined;
    return make("img", {
      src: poster,
      alt: "",
      loading: "lazy",
      decoding: "async",
      width,
      height,
      error: ({ target }) => target.remove(),
    });
  }

  instead() {
    if (this.video.file) return this.video.poster ? [] : [icon("play")];
    return [make("span", { class: "absent" }, "not on disk")];
  }

  marks() {
    const { missed, degraded, twins, hd, file, address } = this.video;
    const link = !file && address ? toSite(this.video) : null;
    if (!missed.length && !degraded && !hd && !twins.length && !link) return null;
    link?.classList.add("mark");
    return make(
      "div",
      { class: "marks" },
      missed.length
        ? make("span", { class: "mark missed", title: missed.join("\n"), "aria-hidden": "true" }, `! ${missed.length}`)
        : null,
      degraded ? make("span", { class: "mark less", title: degraded, "aria-hidden": "true" }, "less") : null,
      hd ? make("span", { class: "mark", "aria-hidden": "true" }, "HD") : null,
      twins.length
        ? make(
            "button",
            {
              type: "button",
              class: "mark twins",
              tabindex: "-1",
              "aria-label": `Side by side with ${twins.length === 1 ? "its twin" : `its ${twins.length} twins`}`,
              title: `Looks like ${twins.map(shortOf).join(", ")}. Side by side: T`,
              click: () => besideTwins(this.video),
            },
            icon("twins"),
            String(twins.length),
          )
        : null,
      link,
    );
  }

  /** Stars and buttons are made when the tile is first pointed at or focused. */
  equip() {
    if (this.judging) return;
    this.judging = judging(() => this.video.id);
    this.mark = make(
      "button",
      {
        type: "button",
        class: "beside",
        "aria-label": "Side by side",
        title: "Side by side (C)",
        click: () => toggleBeside(this.video.id),
      },
      icon("side"),
    );
    this.judging.bar.append(
      make(
        "button",
        {
          type: "button",
          class: "enlarge",
          "aria-label": "Open",
          title: "Open (Enter)",
          click: () => viewer.show(this.video.id),
        },
        icon("full"),
      ),
    );
    this.element.append(this.mark, this.judging.bar);
    this.update();
  }

  update() {
    const pick = pickOf(this.video.id);
    this.element.classList.toggle("kept", pick.keep === true);
    this.element.classList.toggle("rejected", pick.keep === false);
    this.element.classList.toggle("maybe", pick.maybe);
    this.element.classList.toggle("chosen", beside.includes(this.video.id));
    this.element.classList.toggle("selected", selected.has(this.video.id));
    this.grade.replaceChildren(...Array.from({ length: pick.rating ?? 0 }, () => icon("star")));
    this.grade.dataset.rating = String(pick.rating ?? "");
    this.flag.replaceChildren(
      ...(pick.rank ? [make("b", { class: "rank" }, String(pick.rank))] : []),
      ...(pick.note || pick.tags.length ? [icon("note")] : []),
      ...(pick.keep === null ? (pick.maybe ? [icon("maybe")] : []) : [icon(pick.keep ? "keep" : "reject")]),
    );
    this.open.setAttribute("aria-label", this.inWords());
    this.judging?.update();
    this.mark?.setAttribute("aria-pressed", String(beside.includes(this.video.id)));
  }

  inWords() {
    const { id, file, duration, missed, degraded, twins } = this.video;
    return [
      id,
      file ? duration && seconds(duration) : "not on disk",
      inWords(pickOf(id)),
      this.prompt(),
      missed.length ? `misses ${missed.join(" and ")}` : null,
      degraded ? `less than asked for: ${degraded}` : null,
      twins.length ? `looks like ${twins.join(", ")}` : null,
      beside.includes(id) ? "marked for side by side" : null,
      selected.has(id) ? "selected" : null,
    ]
      .filter(Boolean)
      .join(", ");
  }

  prompt() {
    return this.video.prompt_number || this.video.prompt_name ? `prompt ${promptOf(this.video)}` : null;
  }

  /** Make this the tile that Tab leads to. */
  become() {
    if (current) current.open.tabIndex = -1;
    current = this;
    this.open.tabIndex = 0;
  }

  focus() {
    this.become();
    this.open.focus();
    this.element.scrollIntoView({ block: "nearest" });
    beginRange(this.video.id);
  }
}

/** @type {(node: EventTarget | null) => Tile | undefined} */
export const tileAt = (node) =>
  node instanceof Element ? tiles.get(node.closest(".tile")?.getAttribute("data-id") ?? "") : undefined;
/** @type {(id: string) => string} */
export const shortOf = (id) => BY_ID.get(id)?.short ?? id;
/** @type {(video: Video) => string} */
export const promptOf = ({ batch, prompt_number: number, prompt_name: name }) =>
  number || name ? [batch, number, name].filter(Boolean).join(" ") : "";

/** The whole address of a video's file. @param {Video} video */
const wholeAddress = (video) => new URL(video.hd ?? video.file ?? "", location.href).href;

/** A tile that is dragged out of the window becomes a copy of its file. @param {DragEvent} event @param {Video} video */
function dragOut(event, video) {
  const address = wholeAddress(video);
  const name = decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
  event.dataTransfer?.setData("DownloadURL", `video/mp4:${name}:${address}`);
  event.dataTransfer?.setData("text/uri-list", address);
  event.dataTransfer?.setData("text/plain", pathOf(video));
}

/** The path of a video's file as a program takes it; its address if a server gives it out. @param {Video} video */
function pathOf(video) {
  const { protocol, pathname, href } = new URL(wholeAddress(video));
  if (protocol !== "file:") return href;
  return decodeURIComponent(pathname).replace(/^\/([A-Za-z]:)/, "$1");
}

/** @param {Video} video */
export async function copyPath(video) {
  if (!video.file) return note(`${video.id} is not on disk.`);
  const path = pathOf(video);
  try {
    await navigator.clipboard.writeText(path);
    note(`Copied: ${path}`);
  } catch {
    note(path); // to be copied by hand
  }
}

/** A slim tile for a video that there is none of: pending, failed or moderated. @param {Video} video */
export function slimTile(video) {
  return make(
    "li",
    { "data-id": video.id },
    nameOf(video),
    make("span", { class: `pill ${video.tone}` }, video.category),
    make("span", { class: "message", title: video.message ?? "" }, video.message ?? ""),
    video.address ? toSite(video) : null,
  );
}

/** @param {Video} video */
export function toSite(video) {
  return make(
    "a",
    { href: video.address, target: "_blank", rel: "noopener noreferrer", "aria-label": `${video.id} on the site` },
    "site",
    icon("out"),
  );
}

/** Posters further down are fetched when there is nothing better to do, so that scrolling finds them ready. */
export function fetchPosters(waiting = [.../** @type {NodeListOf<HTMLImageElement>} */ (wall.querySelectorAll("img[loading=lazy]"))]) {
  for (const image of waiting.splice(0, 6)) image.loading = "eager";
  if (waiting.length) (window.requestIdleCallback ?? setTimeout)(() => fetchPosters(waiting));
}

/** Rows have the height that the commonest shape of the videos asks for; the others are fitted in. */
export function measure() {
  const columns = getComputedStyle(wall).gridTemplateColumns.split(" ");
  wall.dataset.columns = String(columns.length);
  const foot = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--foot"));
  document.documentElement.style.setProperty("--row", `${Math.round(parseFloat(columns[0]) / shape() + foot)}px`);
}

const MOSTLY = 0.8; // of the videos have the commonest shape where the tiles have it, too
let commonShape = 0;
/** Width by height of a tile's picture; where shapes are mixed it is in the middle of them, so that none gets tiny. */
export function shape() {
  if (commonShape) return commonShape;
  const shapes = MADE.flatMap(({ width, height }) => (width && height ? [width / height] : []));
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const each of shapes) counts.set(each, (counts.get(each) ?? 0) + 1);
  const [commonest, count] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [9 / 16, 0];
  const middle = Math.exp(shapes.reduce((sum, each) => sum + Math.log(each), 0) / (shapes.length || 1));
  commonShape = count < shapes.length * MOSTLY ? middle : commonest;
  return commonShape;
}

/** Tiles of about the same area, whatever the shape, larger where there are few, and two beside each other on a phone. */
export function usualSize() {
  const height = MADE.length <= 4 ? 460 : MADE.length <= 10 ? 340 : 260;
  return Math.round(Math.min(Math.max(110, height * shape()), 1.3 * height, innerWidth / 2 - 20));
}

/** @param {number} pixels */
export function setSize(pixels) {
  document.documentElement.style.setProperty("--size", `${pixels}px`);
  byId("size").value = String(pixels);
  byId("size").setAttribute("aria-valuetext", `${pixels} pixels wide`);
  measure();
}
