// The signature of a submit: how far the dashes of a drawing have come, read in some frames that follow each other. The
// drawing is only there while it is read, for an animation that goes on costs more than all the waiting.

const FRAMES = 4;
const MOST_FRAMES = 12;
const LONGEST_MS = 5000;

export async function signature() {
  const holder = document.createElement("div");
  holder.className = "pulse";
  holder.innerHTML = '<svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><path d="M0 4h8" stroke-dasharray="500 500"/></svg>';
  document.body.append(holder);
  try {
    const path = holder.querySelector("path");
    await begun(path);
    const told = { samples: await samples(path), fetch: Function.prototype.toString.call(fetch) };
    return btoa(unescape(encodeURIComponent(JSON.stringify(told))));
  } finally {
    holder.remove();
  }
}

function begun(path) {
  return within(Promise.all(path.getAnimations().map((one) => one.ready)));
}

// From when it has begun to move; one that never does is read all the same.
async function samples(path) {
  let read = [];
  for (let frames = 0; frames < MOST_FRAMES && read.length < FRAMES; frames += 1) {
    const at = await within(new Promise(requestAnimationFrame));
    if (at === undefined) break;
    const offset = getComputedStyle(path).strokeDashoffset;
    if (read.length && at <= read.at(-1)[0]) continue;
    if (read.length === 1 && read[0][1] === offset) read = [];
    read.push([at, offset]);
  }
  return read;
}

// A page that is not drawn has no frames.
function within(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, LONGEST_MS))]).catch(() => {});
}
