// The picture that videos were made from, beside them in the full views.

/** @import { Video } from "./page.js" */
import { find, habit, make, say, setHabit } from "./page.js";

export class SourcePicture {
  /** @param {HTMLDialogElement} dialog it has a place for the picture, and a button */
  constructor(dialog) {
    this.button = find("[data-do=source]", dialog);
    this.figure = find(".source", dialog);
    /** The addresses of the pictures of the videos on the stage. @type {string[]} */
    this.addresses = [];
  }

  /** Show the pictures of these videos, if they are to be shown. @param {Video[]} videos */
  of(videos) {
    this.addresses = [...new Set(videos.flatMap(({ source }) => source ?? []))];
    this.draw();
  }

  toggle() {
    if (!this.addresses.length) return say("There is no source picture");
    setHabit("source", !habit("source", false));
    this.draw();
    say(this.figure.hidden ? "Without the source picture" : "Beside the source picture");
  }

  draw() {
    const isShown = habit("source", false) && this.addresses.length > 0;
    this.button.hidden = !this.addresses.length;
    this.button.setAttribute("aria-pressed", String(isShown));
    this.figure.hidden = !isShown;
    const drawn = [...this.figure.querySelectorAll("img")].map((image) => image.getAttribute("src"));
    if (!isShown || drawn.join("\n") === this.addresses.join("\n")) return;
    this.figure.replaceChildren(
      ...this.addresses.map((src) => make("img", { src, alt: "The source picture", error: () => this.lacks(src) })),
      make("figcaption", {}, "source picture"),
    );
  }

  /** A picture cannot be loaded, for instance because its file was deleted. @param {string} address */
  lacks(address) {
    this.addresses = this.addresses.filter((other) => other !== address);
    this.draw();
  }
}
