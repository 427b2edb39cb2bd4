// How many videos play at once: fewer where this machine cannot keep up with them, more again where it can.

/**
 * What a second of playing was like: how many videos played, what share of their pictures was left out, and how many
 * milliseconds the page took for a frame, of twenty frames for the slowest but one.
 * @typedef {{ playing: number, left_out: number, frame: number }} Second
 */

const LEAST = 4;
const SLOW = 50; // milliseconds for a frame: below 20 a second, moving the mouse is felt to be sluggish
const TOO_MUCH_LEFT_OUT = 0.25;
const EASY = 24;
const LITTLE_LEFT_OUT = 0.05;

/** How many videos may play at once next, after a second with at most `limit`. Pure. @param {number} limit @param {Second} second */
export function nextLimit(limit, { playing, left_out: leftOut, frame }) {
  // With few or none, it is something else that takes the time.
  if (playing <= LEAST) return limit;
  if (frame > SLOW || leftOut > TOO_MUCH_LEFT_OUT) return Math.max(LEAST, Math.floor(playing * 0.75));
  const isEasy = frame < EASY && leftOut < LITTLE_LEFT_OUT;
  return isEasy && playing >= limit ? Math.ceil(limit * 1.25) : limit;
}

/** How many videos this machine may be able to play, before it is known. */
const firstLimit = () => 8 * (navigator.hardwareConcurrency || 4);

const PACE_LOOK = 1000; // milliseconds
const SETTLING = 1; // looks after a change that say little, because videos are being opened

/** Looks once a second how playing goes, and tells when another number of videos should play. */
export class Pace {
  /** @param {() => HTMLVideoElement[]} clips those that play @param {() => void} changed */
  constructor(clips, changed) {
    this.clips = clips;
    this.changed = changed;
    this.limit = Infinity;
    this.runs = false;
    this.ignored = 0;
    /** @type {number[]} */
    this.frames = [];
    this.pictures = { all: 0, left_out: 0 };
  }

  start() {
    if (this.runs) return;
    this.runs = true;
    this.limit = firstLimit();
    this.begin();
    requestAnimationFrame((now) => this.tick(now, now));
  }

  stop() {
    this.runs = false;
  }

  /** What was seen so far says nothing of what follows, for instance because other videos play now. */
  begin() {
    this.ignored = SETTLING;
    this.frames = [];
  }

  /** @param {number} now @param {number} last @param {number} since when this look began */
  tick(now, last, since = now) {
    if (!this.runs) return;
    // A page that is not seen draws nothing, and pauses its videos.
    if (now - last < PACE_LOOK) this.frames.push(now - last);
    const isOver = now - since >= PACE_LOOK;
    if (isOver) this.look();
    requestAnimationFrame((next) => this.tick(next, now, isOver ? now : since));
  }

  look() {
    const clips = this.clips();
    const before = this.pictures;
    this.pictures = { all: 0, left_out: 0 };
    for (const clip of clips) {
      const { totalVideoFrames: all, droppedVideoFrames: leftOut } = clip.getVideoPlaybackQuality();
      this.pictures.all += all;
      this.pictures.left_out += leftOut;
    }
    const frames = this.frames.sort((one, other) => one - other);
    this.frames = [];
    if (this.ignored-- > 0 || frames.length < 2) return;
    const all = this.pictures.all - before.all;
    const limit = nextLimit(this.limit, {
      playing: clips.length,
      left_out: all > 0 ? Math.max(0, this.pictures.left_out - before.left_out) / all : 0,
      frame: frames[Math.floor((frames.length - 1) * 0.95)],
    });
    if (limit === this.limit) return;
    this.limit = limit;
    this.begin();
    this.changed();
  }
}
