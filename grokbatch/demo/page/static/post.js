import { jsonObjects } from "./stream.js";
import { h, icon, menu, promptField, toast } from "./view.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const labels = boot.labels;
const POLL_MS = 2000;
const RELOAD_MS = [250, 500, 1000, 2000, 4000, 8000];
const LIMIT = 8;

const state = {
  post: boot.post,
  prompt: "",
  videos: [], // {id, postId, state: done | loading | moderated, videoUrl, thumbnailImageUrl}
  image: null,
  selected: null,
  percent: null,
  run: null,
  made: false,
  limited: false,
  choice: { length: "6s", resolution: "480p", preset: "Normal" },
};
const parts = {};

// ---------- the site's API

function post(path, body) {
  return fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

// Calls that nobody asked for fail quietly: what is on the screen stays there.
async function loadPost({ quietly = false } = {}) {
  const reply = await post("/rest/media/post/get", { id: state.post });
  if (!reply.ok) return quietly ? null : refused(reply);
  const listed = (await reply.json()).post;
  state.image = `${boot.assets}/${listed.imageUrl}`;
  const own = state.videos.find((video) => video.id === state.run?.id);
  state.videos = [...listed.videos.filter((video) => video.id !== own?.id), ...(own ? [own] : [])];
  return listed;
}

async function loadQuota() {
  const reply = await post("/rest/media/imagine/quota_info", {});
  if (!reply.ok) return;
  const { video, video720p } = await reply.json();
  const left = (video ?? video720p)?.remainingQueries;
  state.limited = boot.disabledWhenLimited && left === 0;
}

async function refused(reply) {
  if (reply.headers.get("cf-mitigated") === "challenge") return location.reload();
  if (reply.status === 401) return drawHeader(false);
  if (reply.status === 429) return limit();
  toast(labels.wrong);
}

function limit(text = boot.limitText) {
  state.limited = boot.disabledWhenLimited;
  if (!state.limited) toast(text);
  drawSubmit();
}

// ---------- making a video

async function submit() {
  if (!state.prompt.trim() || state.limited || state.percent !== null) return;
  const run = { id: null, postId: null, conversation: null, over: false };
  const body = { message: state.prompt, parentPostId: state.post, videoLength: parseInt(state.choice.length), resolutionName: state.choice.resolution };
  try {
    if (boot.asksBeforeClick) {
      const asked = await post("/rest/media/imagine/click", { id: state.post });
      if (!asked.ok) return await refused(asked);
      const { ignored, number } = await asked.json();
      if (ignored) return;
      body.clickNumber = number;
    }
    const reply = await post("/rest/app-chat/conversations/new", body);
    if (!reply.ok) return await refused(reply);
    state.run = run;
    for await (const told of jsonObjects(reply.body)) heed(run, told);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  if (!run.over) failed(run, labels.network);
}

function heed(run, told) {
  const response = told.result?.response ?? {};
  const error = told.error ?? response.error;
  if (told.result?.conversation) run.conversation = told.result.conversation.conversationId;
  if (error) return error.code === LIMIT ? limitedIn(run, error.message) : failed(run, `${error.message}. ${labels.again}`);
  const progress = response.streamingVideoGenerationResponse;
  if (progress) advance(run, progress);
}

function limitedIn(run, text) {
  run.over = true;
  limit(text);
}

function advance(run, progress) {
  if (run.id === null) begin(run, progress);
  if (progress.moderated) return moderated(run);
  if (progress.videoUrl) return succeeded(run, progress);
  if (run !== state.run) return;
  const half = state.percent < 50 && progress.progress >= 50;
  state.percent = progress.progress;
  drawPill();
  if (half) drawPlayer();
}

function begin(run, progress) {
  run.id = progress.videoId;
  run.postId = progress.videoPostId;
  state.videos = [...state.videos.filter((video) => video.id !== run.id), { id: run.id, postId: run.postId, state: "loading" }];
  state.percent = progress.progress;
  drawColumn();
  drawPlayer();
  drawSubmit();
}

function succeeded(run, progress) {
  settle(run, { state: "done", videoUrl: progress.videoUrl, thumbnailImageUrl: progress.thumbnailImageUrl });
  state.selected = run.id;
  state.made = true;
  moveOn(run);
  draw();
  loadQuota().then(drawSubmit, () => {});
}

function moveOn(run) {
  if (boot.urlAfter === "conversation") history.pushState(null, "", `?conversation=${run.conversation}`);
  if (boot.urlAfter !== "new_post") return;
  state.post = run.postId;
  state.prompt = "";
  history.pushState(null, "", `/imagine/post/${run.postId}`);
  drawComposer();
}

function moderated(run) {
  settle(run, { state: "moderated" });
  toast(labels.moderated);
  draw();
}

function failed(run, text) {
  settle(run, null);
  toast(text);
  draw();
}

function settle(run, outcome) {
  run.over = true;
  if (state.run === run) state.run = state.percent = null;
  state.videos = state.videos
    .filter((video) => outcome || video.id !== run.id)
    .map((video) => (video.id === run.id ? { ...video, ...outcome } : video));
}

// ---------- drawing; every piece is made anew, so that nobody can hold on to old nodes

function draw() {
  drawColumn();
  drawPlayer();
  drawPill();
  drawSubmit();
}

function replace(name, node) {
  parts[name].replaceWith(node);
  parts[name] = node;
}

function drawHeader(signedIn = true) {
  const again = () => location.assign(`/sign-in?redirect=${encodeURIComponent(location.pathname)}`);
  const visitor = [h("button", { class: "quiet", onclick: again }, labels.signIn), h("button", { class: "upgrade", onclick: again }, labels.signUp)];
  const member = [h("button", { "aria-label": labels.upgrade, class: "upgrade" }, labels.upgrade), h("span", { class: "avatar", title: boot.user }, boot.user[0].toUpperCase())];
  replace("top", h("header", { id: "top" }, h("span", { class: "brand" }, "Imagine"), h("span", { class: "tag" }, "demo site"), h("div", { class: "account" }, signedIn ? member : visitor)));
}

function drawColumn() {
  const column = h("div", { class: "column snap-y" }, h("div", { class: "tile" }, h("img", { src: state.image, alt: "Image" })), state.videos.map(tile));
  replace("column", column);
  column.lastChild.scrollIntoView({ block: "nearest" });
}

function tile(video, index) {
  const ring = video.id === state.selected ? " ring-white" : "";
  if (video.state === "loading") return h("div", { class: "tile loading" }, h("img", { alt: "Loading", src: state.image }));
  if (video.state === "moderated") return h("div", { class: "tile moderated" }, h("img", { alt: "Moderated", src: state.image }), icon("eye-off"));
  const show = () => {
    state.selected = video.id;
    drawColumn();
    drawPlayer();
  };
  const still = `${boot.assets}/${video.thumbnailImageUrl}?cache=1`;
  return h("button", { class: `tile${ring}`, onclick: show }, h("img", { alt: `Thumbnail ${index + 1}`, src: still, loading: "lazy" }));
}

function drawPlayer(reloads = 0) {
  const video = state.videos.find((one) => one.id === state.selected);
  const busy = state.percent === null ? "" : " busy";
  const shown = video ? film(video, reloads) : [h("img", { src: state.image, alt: "Post", class: "still" })];
  replace("player", h("div", { class: `player${busy}` }, shown));
  drawSide(video);
}

function film(video, reloads) {
  const player = h("video", {
    id: "sd-video",
    playsinline: true,
    autoplay: true,
    loop: true,
    preload: "auto",
    poster: `${boot.assets}/${video.thumbnailImageUrl}?cache=1`,
    src: `${boot.assets}/${video.videoUrl}?cache=1`,
    oncanplay: () => parts.side.querySelector(".download").classList.remove("opacity-50", "pointer-events-none"),
    // The file may not be there yet for a moment.
    onerror: () => reloads < RELOAD_MS.length && setTimeout(() => player.isConnected && drawPlayer(reloads + 1), RELOAD_MS[reloads]),
  });
  return [player, h("video", { id: "hd-video", playsinline: true, loop: true, style: "display:none" })];
}

function drawSide(video) {
  if (!video) return replace("side", h("div", { class: "side" }));
  const save = () => h("a", { href: `${boot.assets}/${video.videoUrl}?cache=1&dl=1`, download: "" }).click();
  const more = (event) => menu(event.currentTarget, ["Upscale video", "Delete"].map((name) => h("div", { role: "menuitem", tabindex: -1 }, name)));
  replace(
    "side",
    h(
      "div",
      { class: "side" },
      h("div", { class: "download opacity-50 pointer-events-none" }, h("button", { "aria-label": labels.download, class: "round", onclick: save }, icon("download"))),
      h("div", {}, h("button", { "aria-label": "Hide", class: "round" }, icon("eye-off"))),
      h("div", {}, h("button", { "aria-label": labels.more, "aria-haspopup": "menu", class: "round", onclick: more }, icon("ellipsis"))),
    ),
  );
}

function drawPill() {
  const text = state.percent === null ? state.choice.preset : `${state.percent}%`;
  const pill = h("button", { type: "button", "aria-label": labels.options, "aria-haspopup": "menu", class: "pill", onclick: (event) => menu(event.currentTarget, choices()) }, icon("settings"), h("span", { class: "tabular-nums" }, text));
  pill.style.setProperty("--done", `${state.percent ?? 0}%`);
  replace("pill", pill);
}

function choices() {
  const groups = { length: ["6s", "10s"], resolution: ["480p", "720p"], preset: ["Custom", "Normal", "Fun", "Spicy"] };
  return Object.entries(groups).map(([group, names]) => h("div", { class: "row" }, names.map((name) => choice(group, name))));
}

function choice(group, name) {
  const choose = () => {
    state.choice[group] = name;
    drawPill();
  };
  return h("button", { type: "button", "aria-pressed": String(state.choice[group] === name), onclick: choose }, name);
}

function drawSubmit() {
  const label = state.made ? labels.redo : labels.submit;
  const off = !state.prompt.trim() || state.limited || state.percent !== null;
  parts.status.textContent = state.limited ? boot.limitText : "";
  if (parts.submit.getAttribute("aria-label") === label) parts.submit.disabled = off;
  else replace("submit", submitButton(label, off));
}

function submitButton(label, off) {
  const sign = icon(state.made ? "rotate-cw" : "play");
  return h("button", { type: "button", "aria-label": label, class: "submit", disabled: off, onclick: submit }, sign, h("span", {}, label));
}

function drawComposer() {
  parts.area = promptField(labels, (text) => {
    state.prompt = text;
    drawSubmit();
  });
  parts.pill = h("span");
  parts.submit = h("span");
  parts.status = h("p", { role: "status", class: "status" });
  replace("composer", h("form", { class: "composer", onsubmit: (event) => event.preventDefault() }, parts.area, h("div", { class: "row" }, h("div", { class: "anchor" }, parts.pill), parts.status, parts.submit)));
  drawPill();
  drawSubmit();
}

function drawUpsell() {
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
  const banner = h(
    "div",
    { id: "onetrust-banner-sdk", role: "dialog", "aria-label": "Cookies" },
    h("p", {}, "We use cookies."),
    h("button", { class: "quiet", onclick: answer }, "Necessary cookies only"),
    h("button", { class: "submit", onclick: answer }, "Accept all cookies"),
  );
  document.body.append(banner);
}

// ---------- the page comes alive

function hydrate(listed) {
  parts.top = document.getElementById("top");
  for (const name of ["column", "player", "side", "composer"]) parts[name] = document.querySelector(`.${name}`);
  const finished = state.videos.filter((video) => video.state === "done");
  state.selected = listed.selected ?? finished.at(-1)?.id ?? null;
  state.made = listed.selected !== null;
  drawHeader();
  drawComposer();
  draw();
  if (boot.upsell) drawUpsell();
  if (boot.cookieBanner) drawCookieBanner();
  if (boot.oldToast) toast(labels.moderated, { stays: true });
  followOthers();
}

// Videos that were already under way when the page opened.
async function followOthers() {
  while (state.videos.some((video) => video.state === "loading" && video.id !== state.run?.id)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const listed = await loadPost({ quietly: true }).catch(() => null);
    if (!listed) return;
    drawColumn();
  }
}

const ready = new Promise((resolve) => setTimeout(resolve, boot.hydrate * 1000));
const [listed] = await Promise.all([loadPost(), loadQuota(), ready]);
if (listed) hydrate(listed);
addEventListener("popstate", () => location.reload());
