// Notes and tags: the user's own words about videos, in a small dialog and beside a video.

import { VIDEOS, byId, find, make, many } from "./page.js";
import { change, pickOf } from "./picks.js";
import { isTyping } from "./judging.js";

/** @type {string[]} */
let edited = []; // ids

/** The tags that were given to any video. */
export const allTags = () => [...new Set(VIDEOS.flatMap(({ id }) => pickOf(id).tags))].sort();

/** Ask for the note and the tags of videos; of several, tags are added, and the note of each stays unless one is typed. @param {string[]} ids */
export function editNotes(ids) {
  if (!ids.length) return;
  edited = ids;
  const [first] = ids.map(pickOf);
  const common = first.tags.filter((tag) => ids.every((id) => pickOf(id).tags.includes(tag)));
  find("h2", notesDialog()).textContent = ids.length === 1 ? `Notes on ${ids[0]}` : `Notes on ${many(ids.length, "video")}`;
  noteBox().value = ids.length === 1 ? first.note : "";
  tagsBox().value = common.join(", ");
  find("datalist", notesDialog()).replaceChildren(...allTags().map((tag) => make("option", { value: tag })));
  notesDialog().showModal();
  noteBox().focus();
}

const notesDialog = () => /** @type {HTMLDialogElement} */ (byId("notes"));
const noteBox = () => /** @type {HTMLTextAreaElement} */ (find("textarea", notesDialog()));
const tagsBox = () => /** @type {HTMLInputElement} */ (find("input", notesDialog()));

function acceptNotes() {
  const given = [...new Set(tagsBox().value.split(",").map((tag) => tag.trim()).filter(Boolean))];
  const text = noteBox().value.trim();
  const isOne = edited.length === 1;
  change(
    edited.map((id) => {
      const before = pickOf(id);
      const all = isOne ? given : [...new Set([...before.tags, ...given])];
      return [id, { tags: all, note: isOne || text ? text : before.note }];
    }),
  );
}

export function listenToNotes() {
  find("form", notesDialog()).addEventListener("submit", (event) => {
    if (/** @type {SubmitEvent} */ (event).submitter?.getAttribute("value") === "save") acceptNotes();
  });
  notesDialog().addEventListener("keydown", (event) => {
    event.stopPropagation();
    const ends = event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target === tagsBox());
    if (!ends || !isTyping(event.target)) return;
    event.preventDefault();
    acceptNotes();
    notesDialog().close();
  });
}

/** The words about a video as they stand beside it, and the button to change them. @param {string} id */
export function wordsOn(id) {
  const pick = pickOf(id);
  return [
    make(
      "div",
      { class: "words" },
      pick.note && make("p", {}, pick.note),
      pick.tags.length > 0 && make("p", { class: "tags" }, ...pick.tags.map((tag) => make("span", { class: "pill calm" }, tag))),
      make("button", { type: "button", class: "plain", title: "Notes (N)", click: () => editNotes([id]) }, pick.note || pick.tags.length ? "Change notes" : "Add notes or tags"),
    ),
  ];
}
