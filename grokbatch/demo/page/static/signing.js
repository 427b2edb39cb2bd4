// The signature of a submit: how far the dashes of a drawing have come, read in some frames that follow each other. The
// drawing is only there while it is read, for an animation that goes on costs more than all the waiting.

const FRAMES = 5;
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

async function samples(path) {
  const read = [];
  while (read.length < FRAMES) {
    const at = await within(new Promise(requestAnimationFrame));
    if (at === undefined) break;
    read.push([at, getComputedStyle(path).strokeDashoffset]);
  }
  return read;
}

// A page that is not drawn has no frames.
function within(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, LONGEST_MS))]).catch(() => {});
}
