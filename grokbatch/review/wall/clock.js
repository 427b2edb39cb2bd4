// One time for many videos: they start together, and whoever drifts is led back. On a machine that is too slow
// for all of them the clock goes with the majority, so that they stay together rather than hurry after the time.

const CLOSE = 0.03; // seconds: nobody sees less than a frame
const FAR = 0.3; // beyond this a jump is better than running faster
const JUMP_PAUSE = 1500; // milliseconds: a machine that is too slow must not jump all the time
const LOOK = 200; // milliseconds between two looks

export class Clock {
  /** `together`: all begin anew when the longest is over; otherwise each loops by its own length. */
  constructor({ together = false } = {}) {
    this.together = together;
    /** @type {Map<HTMLVideoElement, number>} */
    this.videos = new Map(); // video -> time of its last jump
    this.shift = 0;
    this.rate = 1; // how fast the clock goes
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {number | null} */
    this.since = null; // performance.now() when it was started; null: it stands
  }

  get running() {
    return this.since !== null;
  }

  /** Seconds on the clock. */
  get time() {
    return this.shift + (this.since === null ? 0 : ((performance.now() - this.since) / 1000) * this.rate);
  }

  /** Seconds until all begin anew. */
  get length() {
    return Math.max(0, ...[...this.videos.keys()].map((video) => video.duration || 0));
  }

  /** @param {HTMLVideoElement} video */
  add(video) {
    video.loop = !this.together;
    this.videos.set(video, -Infinity);
    video.addEventListener("canplay", () => this.videos.has(video) && this.place(video, true), { once: true });
  }

  /** @param {HTMLVideoElement} video */
  remove(video) {
    this.videos.delete(video);
  }

  start() {
    this.since ??= performance.now();
    this.timer ??= setInterval(() => this.look(), LOOK);
    this.look();
  }

  stop() {
    this.shift = this.time;
    this.since = null;
    clearInterval(this.timer);
    this.timer = undefined;
    for (const video of this.videos.keys()) video.pause();
  }

  /** Set the clock; a clock that stands shows the picture at that time. @param {number} time */
  set(time) {
    this.shift = Math.max(0, time);
    if (this.running) this.since = performance.now();
    for (const video of this.videos.keys()) this.place(video, true);
  }

  /** @param {number} rate */
  setRate(rate) {
    this.shift = this.time;
    if (this.running) this.since = performance.now();
    this.rate = rate;
    for (const video of this.videos.keys()) this.place(video, false);
  }

  look() {
    if (this.together && this.length && this.time >= this.length) return this.set(0);
    this.followMajority();
    for (const video of this.videos.keys()) this.place(video, false);
  }

  followMajority() {
    const playing = [...this.videos.keys()].filter((video) => !video.paused && !video.seeking && video.duration);
    const offs = playing.map((video) => this.apart(video, this.wanted(video))).sort((one, other) => one - other);
    const usual = offs[offs.length >> 1] ?? 0;
    if (Math.abs(usual) > CLOSE) this.shift = Math.max(0, this.shift + usual);
  }

  /** Where `video` should be now, in seconds from its beginning. @param {HTMLVideoElement} video */
  wanted(video) {
    return this.together ? Math.min(this.time, video.duration - 0.05) : this.time % video.duration;
  }

  /** @param {HTMLVideoElement} video @param {boolean} jumps */
  place(video, jumps) {
    if (video.readyState < 2 || !video.duration || (video.seeking && !jumps)) return;
    const wanted = this.wanted(video);
    const off = this.apart(video, wanted);
    const now = performance.now();
    if (Math.abs(off) > CLOSE && (jumps || (Math.abs(off) > FAR && now - (this.videos.get(video) ?? now) > JUMP_PAUSE))) {
      video.currentTime = wanted;
      video.playbackRate = this.rate;
      this.videos.set(video, now);
    } else {
      video.playbackRate = this.rate * (Math.abs(off) < CLOSE ? 1 : 1 - Math.sign(off) * Math.min(0.12, Math.abs(off)));
    }
    const waits = this.together && wanted >= video.duration - 0.05;
    if (this.running && video.paused && !waits) video.play().catch(() => {});
    if (!this.running && !video.paused) video.pause();
  }

  /**
   * How many seconds `video` is ahead; across the seam of a loop the short way counts.
   * @param {HTMLVideoElement} video @param {number} wanted
   */
  apart(video, wanted) {
    const off = video.currentTime - wanted;
    if (this.together) return off;
    const half = video.duration / 2;
    return off > half ? off - video.duration : off < -half ? off + video.duration : off;
  }
}
