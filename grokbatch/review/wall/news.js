// A served page fills while a run goes on: it asks the server again and again what there is now.

/** @import { Data } from "./page.js" */
import { DATA, note } from "./page.js";
import { takeSaved } from "./picks.js";
import { SAVES_BY_ITSELF } from "./saving.js";

const PAUSE = 2000; // milliseconds between an answer and the next question

/** Call `changed` with the page's data whenever it differs from what it was. @param {(data: Data) => void} changed */
export async function watchForNews(changed) {
  if (!SAVES_BY_ITSELF) return;
  let known = "";
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (document.hidden) continue;
    const text = await askServer();
    if (text === null || text === known) continue;
    known = text;
    /** @type {Data} */
    const data = JSON.parse(text);
    if (data.manifest !== DATA.manifest) return note("The batch was begun anew: load the page again.");
    changed(data);
    takeSaved(data);
  }
}

/** The server's answer, or null if there is none now; the browser sees to the `ETag`. */
async function askServer() {
  try {
    const answer = await fetch("videos", { cache: "no-cache" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null; // saving says so, if there is something to save
  }
}
