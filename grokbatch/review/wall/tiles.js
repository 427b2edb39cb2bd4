// The tiles: a poster, marks, and below them the number and the pick of the video.

/** @import { Video } from "./page.js" */
import { judging } from "./judging.js";
import { BY_ID, MADE, byId, icon, make, seconds } from "./page.js";
import { inWords, pickOf } from "./picks.js";
import { beside, besideTwins, toggleBeside } from "./side.js";
import { viewer } from "./wall.js";

export const wall = byId("wall");
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
    this.open = make("button", { type: "button", class: "open", tabindex: "-1" }, this.stage);
    this.grade = make("span", { class: "grade" });
    this.flag = make("span", { class: "flag" });
    this.caption = make(
      "div",
      { class: "caption", "aria-hidden": "true" },
      make("span", { class: "number", title: video.id }, video.short),
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
              title: "Side by side with its twins (T)",
              click: () => besideTwins(this.video),
            },
            `like ${shortList(twins)}`,
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
    this.element.classList.toggle("chosen", beside.includes(this.video.id));
    this.grade.replaceChildren(...Array.from({ length: pick.rating ?? 0 }, () => icon("star")));
    this.grade.dataset.rating = String(pick.rating ?? "");
    this.flag.replaceChildren(...(pick.keep === null ? [] : [icon(pick.keep ? "keep" : "reject")]));
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
  }
}

/** @type {(node: EventTarget | null) => Tile | undefined} */
export const tileAt = (node) =>
  node instanceof Element ? tiles.get(node.closest(".tile")?.getAttribute("data-id") ?? "") : undefined;
/** @type {(id: string) => string} */
export const shortOf = (id) => BY_ID.get(id)?.short ?? id;
/** @type {(video: Video) => string} */
export const promptOf = (video) => [video.prompt_number, video.prompt_name].filter(Boolean).join(" ");

/** @param {string[]} ids */
function shortList(ids, most = 3) {
  return ids.slice(0, most).map(shortOf).join(", ") + (ids.length > most ? " …" : "");
}

/** A slim tile for a video that there is none of: pending, failed or moderated. @param {Video} video */
export function slimTile(video) {
  return make(
    "li",
    { "data-id": video.id },
    make("span", { class: "number", title: video.id }, video.short),
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

let commonShape = 0;
export function shape() {
  if (commonShape) return commonShape;
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const { width, height } of MADE)
    if (width && height) counts.set(width / height, (counts.get(width / height) ?? 0) + 1);
  commonShape = [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? 9 / 16;
  return commonShape;
}

/** Tiles of about the same area, whatever the shape, and two beside each other on a phone. */
export function usualSize() {
  return Math.round(Math.min(Math.max(110, 260 * shape()), 340, innerWidth / 2 - 20));
}

/** @param {number} pixels */
export function setSize(pixels) {
  document.documentElement.style.setProperty("--size", `${pixels}px`);
  byId("size").value = String(pixels);
  byId("size").setAttribute("aria-valuetext", `${pixels} pixels wide`);
  measure();
}
