// One video, as large as the window, with its facts; the arrows lead on through what the wall shows.

/** @import { Video } from "./page.js" */
import { shown } from "./choosing.js";
import { judgeByKey, judging } from "./judging.js";
import { DATA, byId, bytes, find, habit, icon, make, nameOf, say, seconds, setHabit, videoOf } from "./page.js";
import { inWords, pickOf, whenPicked } from "./picks.js";
import { settle } from "./playing.js";
import { beside, besideTwins, toggleBeside } from "./side.js";
import { editNotes, wordsOn } from "./notes.js";
import { Single } from "./single.js";
import { copyPath, promptOf, shortOf, tiles } from "./tiles.js";

const SWIPE = 50; // pixels

export class Viewer extends Single {
  constructor() {
    super(byId("viewer"));
    /** @type {HTMLElement} */
    this.aside = find("aside", this.dialog);
    /** @type {string[]} */
    this.ids = [];
    this.at = 0;
    this.isShow = false; // a slideshow: each video leads on to the next
    this.judging = judging(() => this.id);
    find(".bottom", this.dialog).append(this.transport, this.judging.bar);
    this.showFacts(habit("facts", innerWidth > 900));
    this.listenForFingers();
    whenPicked(() => this.dialog.open && this.update());
  }

  get id() {
    return this.ids[this.at];
  }

  /** Open the viewer at a video; the arrows then lead through the wall as it is shown now. @param {string} id */
  show(id) {
    this.ids = shown.includes(id) ? [...shown] : [id, ...shown];
    this.at = this.ids.indexOf(id);
    this.fill();
    this.open();
  }

  /** Put the present video on the stage. */
  fill() {
    const video = videoOf(this.id);
    this.put(video);
    if (this.clip) this.clip.loop = !this.isShow;
    this.clip?.addEventListener("ended", () => this.isShow && this.turn(1, true));
    this.dialog.setAttribute("aria-label", `${this.id}, ${this.at + 1} of ${this.ids.length}`);
    find(".where", this.dialog).replaceChildren(
      make("strong", {}, nameOf(video)),
      make("span", {}, ` ${this.at + 1} of ${this.ids.length}`),
      ...(video.hd ? [make("span", { class: "mark" }, "HD")] : []),
    );
    this.aside.replaceChildren(facts(video, (id) => this.show(id)), ...wordsOn(this.id));
    this.update();
  }

  update() {
    this.judging.update();
    find(".words", this.aside).replaceWith(...wordsOn(this.id));
    find("[data-do=mark]", this.dialog).setAttribute("aria-pressed", String(beside.includes(this.id)));
    const { keep } = pickOf(this.id);
    this.place.dataset.keep = String(keep ?? "");
  }

  /** @param {number} step @param {boolean} [around] whether the first follows the last */
  turn(step, around = false) {
    const count = this.ids.length;
    const next = around ? (this.at + step + count) % count : this.at + step;
    if (next < 0 || next >= this.ids.length)
      return say(step < 0 ? "This is the first video" : "This is the last video");
    this.at = next;
    this.fill();
    say(`${this.id}, ${this.at + 1} of ${this.ids.length}, ${inWords(pickOf(this.id))}`);
  }

  get does() {
    return { back: () => this.turn(-1), next: () => this.turn(1), mark: () => this.mark(), info: () => this.info(), show: () => this.slideshow() };
  }

  /** Begin or end a slideshow: each video is played once, then the next one comes. */
  slideshow() {
    this.isShow = !this.isShow;
    if (this.clip) this.clip.loop = !this.isShow;
    if (this.isShow) this.clip?.play().catch(() => {});
    find("[data-do=show]", this.dialog).setAttribute("aria-pressed", String(this.isShow));
    say(this.isShow ? "Slideshow" : "Slideshow ended");
  }

  mark() {
    toggleBeside(this.id);
    this.update();
  }

  info() {
    setHabit("facts", this.aside.hidden === true);
    this.showFacts(this.aside.hidden === true);
  }

  /** @param {boolean} are */
  showFacts(are) {
    this.aside.hidden = !are;
    find("[data-do=info]", this.dialog).setAttribute("aria-pressed", String(are));
  }

  /** @param {string} key @param {KeyboardEvent} event */
  key(key, event) {
    /** @type {Record<string, number>} */
    const steps = { arrowleft: -1, arrowup: -1, arrowright: 1, arrowdown: 1, pageup: -1, pagedown: 1 };
    if (key in steps) this.turn(steps[key]);
    else if (key === "home") this.turn(-this.at);
    else if (key === "end") this.turn(this.ids.length - 1 - this.at);
    else if (key === "i") this.info();
    else if (key === "c") this.mark();
    else if (key === "t") besideTwins(videoOf(this.id));
    else if (key === "y" && !event.ctrlKey && !event.metaKey) copyPath(videoOf(this.id));
    else if (key === "l") this.slideshow();
    else if (key === "n") editNotes([this.id]);
    else if (this.showByKey(key)) return true;
    else if (judgeByKey(event, [this.id])) this.goOn(key, event);
    else return false;
    return true;
  }

  /** With Shift, Keep and Reject lead on to the next video. @param {string} key @param {KeyboardEvent} event */
  goOn(key, event) {
    if (event.shiftKey && "kx".includes(key)) this.turn(1);
  }

  closed() {
    if (this.dialog.open) return;
    this.empty();
    this.isShow = false;
    find("[data-do=show]", this.dialog).setAttribute("aria-pressed", "false");
    if (!byId("side").open) tiles.get(this.id)?.focus();
    settle();
  }

  listenForFingers() {
    /** @type {PointerEvent | null} */
    let from = null;
    this.place.addEventListener("pointerdown", (event) => (from = event));
    this.place.addEventListener("pointerup", (event) => {
      const [across, down] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
      from = null;
      if (/** @type {Element} */ (event.target).closest("a") || this.place.classList.contains("actual")) return;
      if (event.pointerType !== "mouse" && Math.abs(across) > Math.max(SWIPE, Math.abs(down)))
        this.turn(across < 0 ? 1 : -1);
      else if (Math.hypot(across, down) < 10) this.playPause();
    });
  }
}

/**
 * Return all that is known of a video as a list of terms; `show` leads to one of its twins.
 * @param {Video} video @param {(id: string) => void} show
 */
function facts(video, show) {
  /** @type {[string, string | number | Node | undefined][]} */
  const rows = [
    ["Prompt", promptOf(video)],
    ["Choices", video.choices.join(", ")],
    ["Asked for", video.prompt ?? (DATA.shows_prompts === false ? "hidden; grokbatch wall --show-prompts shows it" : "")],
    ["Earlier version of", video.earlier_of],
    ["Length", video.duration && seconds(video.duration)],
    ["Resolution", video.width && video.height && `${video.width}\u00d7${video.height}`],
    ["File size", video.size && bytes(video.size)],
    ["Made", video.made_at && new Date(video.made_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })],
    ["Took", video.seconds && seconds(video.seconds)],
    ["Attempts", video.attempts],
    ["Account", video.account],
    ["Browser", video.worker],
    [
      "Misses",
      video.missed.length && make("ul", {}, ...video.missed.map((text) => make("li", { class: "wary" }, text))),
    ],
    ["Less", video.degraded && make("span", { class: "wary" }, video.degraded)],
    [
      "Looks like",
      video.twins.length &&
        make(
          "span",
          {},
          ...video.twins.map((id) =>
            make("button", { type: "button", class: "plain", click: () => show(id) }, shortOf(id)),
          ),
        ),
    ],
    ["Open", links(video)],
  ];
  return make(
    "dl",
    {},
    ...rows.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
  );
}

/** @param {Video} video */
function links(video) {
  const places = [
    ["file", video.file],
    ["HD file", video.hd],
    ["source picture", video.source],
    ["on the site", video.address],
  ].filter(([, href]) => href);
  return (
    places.length &&
    make(
      "span",
      {},
      ...places.map(([name, href]) =>
        make("a", { href, target: "_blank", rel: "noopener noreferrer" }, name, icon("out")),
      ),
    )
  );
}
