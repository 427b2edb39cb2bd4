// Where picks are saved to: the only place of the page that writes a file or asks a server.
//
// A page that was opened from disk saves when the button is pressed: into a file that is chosen once, or as a download;
// of several batches, each has a download of its own.
// A page that a local server gave out (`wall_html(…, is_served=True)`) saves by itself, a moment after each change:
//
//   PUT ./picks    with the text of a picks.yaml, `Content-Type: application/yaml`; the manifest that it names says
//                  of which batch. 2xx: it is saved. Anything else: it is not, and the answer's text (`text/plain`,
//                  a sentence) is shown to the user.
//   GET ./videos   answers with the page's data (`wall_data()`) as JSON and an `ETag`, or 304; see news.js.

/** @import { Batch } from "./page.js" */
import { BATCHES, DATA, make, say } from "./page.js";

/** @typedef {(options: object) => Promise<FileSystemFileHandle>} Picker */

export const SAVES_BY_ITSELF = DATA.served === true;
const MIME = "application/yaml";
/** @type {FileSystemFileHandle | null} */
let chosenFile = null;
/** Chromium's way to let people choose where to save; the types of the DOM do not know it. */
const picker = /** @type {{ showSaveFilePicker?: Picker }} */ (/** @type {unknown} */ (window));

/**
 * Save the text of a picks.yaml; return a sentence that says where it is now, or null if the user closed the dialog.
 * Throws an Error with a sentence for the user if it could not be saved.
 * @param {string} text @param {Batch} batch whose picks they are
 * @returns {Promise<string | null>}
 */
export async function saveText(text, batch) {
  if (SAVES_BY_ITSELF) return toServer(text);
  // A browser shows one dialog for a click, no more.
  if (BATCHES.length > 1) return asDownload(text, `${batch.batch}.picks.yaml`);
  return picker.showSaveFilePicker ? intoChosenFile(picker.showSaveFilePicker, text) : asDownload(text);
}

/** @param {string} text */
async function toServer(text) {
  const body = new Blob([text], { type: MIME });
  let answer;
  try {
    // Kept alive, so that the last change is saved although the page is being closed.
    answer = await fetch("picks", { method: "PUT", body, headers: { "Content-Type": MIME }, keepalive: true });
  } catch {
    throw new Error("Not saved: grokbatch does not answer. Start `grokbatch wall … --serve` again; your picks stay in this browser.");
  }
  if (answer.ok) return "Saved";
  throw new Error(`Not saved: ${(await answer.text()) || `the server answered ${answer.status}`}`);
}

/** @param {Picker} choose @param {string} text */
async function intoChosenFile(choose, text) {
  try {
    chosenFile ??= await choose({
      id: "grokbatch-picks",
      suggestedName: "picks.yaml",
      types: [{ description: "Picks", accept: { [MIME]: [".yaml", ".yml"] } }],
    });
    const stream = await chosenFile.createWritable();
    await stream.write(text);
    await stream.close();
    return `Saved as ${chosenFile.name}`;
  } catch (error) {
    chosenFile = null;
    if (error instanceof DOMException && error.name === "AbortError") return (say("Not saved"), null);
    return asDownload(text);
  }
}

/** @param {string} text @param {string} [name] */
function asDownload(text, name = "picks.yaml") {
  const address = URL.createObjectURL(new Blob([text], { type: MIME }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return `${name} is in your downloads`;
}
