// What lies in the way on the real site: banners, offers, old news, other people's videos, questions.

import { boot, isToday, labels, state } from "./state.js";
import { asset } from "./state.js";
import { h, icon, toast } from "./view.js";
import { draw, drawSubmit, parts } from "./drawing.js";
import { quickElsewhere } from "./making.js";

const REPLACE_MS = 250;
const COLUMN_TURNS = 4;
/** @type {Record<string, string>} */
const OLD = { moderated: labels.moderated, limit: boot.limitText, failed: labels.wrong };

export function setTraps() {
  if (boot.gallery.length) drawGallery();
  if (boot.upsell) drawUpsell();
  if (boot.cookieBanner) drawCookieBanner();
  if (boot.announcement) drawAnnouncement();
  if (boot.oldToast) toast(OLD[boot.oldToast], { stays: true });
  if (boot.replaceNodes) replaceNodes();
}

function drawUpsell() {
  /** @type {HTMLElement} */
  const banner = h(
    "aside",
    { class: "upsell" },
    h("div", {}, h("strong", {}, labels.upsell), h("span", {}, labels.upsellText)),
    h("button", { class: "quiet" }, labels.upsell),
    h("button", { "aria-label": labels.hideUpsell, class: "round", onclick: () => banner.remove() }, icon("x")),
  );
  document.body.append(banner);
}

function drawCookieBanner() {
  if (localStorage.getItem("cookies-answered")) return;
  const answer = () => {
    localStorage.setItem("cookies-answered", "yes");
    banner.remove();
  };
  /** @type {HTMLElement} */
  const banner = h(
    "div",
    { id: "onetrust-banner-sdk", role: "dialog", "aria-label": "Cookies" },
    h("p", {}, "We use cookies."),
    h("button", { class: "quiet", onclick: answer }, "Necessary cookies only"),
    h("button", { class: "submit", onclick: answer }, "Accept all cookies"),
  );
  document.body.append(banner);
}

// It lies over the composer, the button included, wherever the page is scrolled to.
function drawAnnouncement() {
  const close = h("button", { class: "round", onclick: () => banner.remove() }, icon("x"));
  const text = h("p", {}, h("strong", {}, "New on Imagine"), " Longer videos and a calmer gallery. Have a look around.");
  /** @type {HTMLElement} */
  const banner = h("div", { class: "announcement fixed inset-x-0 bottom-0 z-[9999]" }, text, close);
  document.body.append(banner);
}

function drawGallery() {
  const cards = boot.gallery.slice(0, boot.galleryShown).map(card);
  document.body.append(h("section", { class: "gallery", "aria-label": "Explore" }, h("h2", {}, "Explore"), h("div", { class: "cards" }, cards)));
}

/** @param {Demo.Done} video @param {number} index */
function card(video, index) {
  const node = h("video", { src: asset(video.videoUrl), autoplay: true, loop: true, playsinline: true, preload: "auto" });
  node.muted = true;
  if (isToday) return h("div", { class: "card-tile" }, node, makes(video));
  if (index % 2) return h("button", { type: "button", class: "card-tile" }, node);
  return h("a", { href: `/imagine/post/${video.postId}`, class: "card-tile" }, node);
}

// It would make a video of that card's image.
/** @param {Demo.Done} video */
function makes(video) {
  return h("button", { type: "button", "aria-label": labels.makeVideo, class: "direct", onclick: () => quickElsewhere(video.postId) }, icon("play"));
}

// While people wait, the gallery brings something new.
export function moreInGallery() {
  const cards = document.querySelector(".gallery .cards");
  const next = cards && boot.gallery[cards.childElementCount];
  if (next) cards.prepend(card(next, cards.childElementCount));
}

/** @param {Demo.Done | undefined} video */
export function askPreference(video) {
  const other = boot.others.shift();
  if (!video || !other) return;
  const leave = () => veil.remove();
  /** @type {(one: Demo.Done) => HTMLElement} */
  const candidate = (one) => {
    const node = h("video", { src: asset(one.videoUrl), autoplay: true, loop: true, playsinline: true });
    node.muted = true;
    return h("div", { class: "candidate" }, node, h("button", { class: "submit", onclick: leave }, "I prefer this"));
  };
  const dialog = h("div", { class: "dialog wide" }, h("h2", {}, "Which video do you prefer?"), h("div", { class: "row" }, candidate(video), candidate(other)), h("button", { class: "quiet", onclick: leave }, "Skip"));
  const veil = h("div", { class: "veil" }, dialog);
  document.body.append(veil);
}

// Uploaded photographs are judged more strictly.
export function tellOfPhotos() {
  document.querySelector(".limit-banner")?.remove();
  document.getElementById("root")?.prepend(h("div", { class: "limit-banner" }, "Generations from uploaded photos have extra safeguards"));
}

function replaceNodes() {
  let turn = 0;
  setInterval(() => {
    turn += 1;
    if (!parts.progress.parentElement?.querySelector("[role=menu]")) draw("progress");
    if (!parts.side.querySelector("[role=menu]")) draw("side");
    if (turn % COLUMN_TURNS === 0) draw("column");
    drawSubmit({ anew: true });
  }, REPLACE_MS);
  /** @type {(event: Event) => void} */
  const swap = (event) => {
    if (!parts.submit.contains(/** @type {Node} */ (event.target)) || state.percent !== null) return;
    document.removeEventListener("pointerdown", swap, true);
    drawSubmit({ anew: true });
  };
  document.addEventListener("pointerdown", swap, true);
}
