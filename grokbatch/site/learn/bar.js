// A bar of ours over the page, which says what to click next. No script of the page can reach into it, and no rule of
// the page against styles can keep it from being seen.
(() => {
  /** @typedef {(name: string, value: string) => void} Important sets a style that nothing on the page overrules */

  /** @implements {Site.Bar} */
  class Bar {
    // `boxes` returns what there is to type in, `answer` is told which button was pressed.
    /** @param {() => Element[]} boxes @param {(kind: string) => void} answer */
    constructor(boxes, answer) {
      this.boxes = boxes;
      this.host = document.createElement("div");
      const inside = this.host.attachShadow({ mode: "closed" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        .bar { pointer-events: auto; display: flex; align-items: center; gap: 12px; max-width: 720px; margin: 8px; padding: 10px 14px;
          font: 15px/1.4 system-ui, sans-serif; color: #fff; background: #14213d; border: 2px solid #fca311; border-radius: 12px;
          box-shadow: 0 4px 18px #0008; }
        .count { flex: none; color: #fca311; font-weight: 600; }
        .text { flex: 1; white-space: pre-line; }
        .hint { display: block; color: #ffd899; font-size: 13px; }
        button { flex: none; font: inherit; color: #14213d; background: #fca311; border: 0; border-radius: 8px; padding: 5px 12px; cursor: pointer; }
        button.quiet { color: #fff; background: #33415c; }`);
      inside.adoptedStyleSheets = [sheet];
      this.bar = this.add(inside, "div", "bar");
      this.bar.setAttribute("role", "status");
      this.count = this.add(this.bar, "span", "count");
      const text = this.add(this.bar, "span", "text");
      this.text = this.add(text, "span", "");
      this.hint = this.add(text, "span", "hint");
      this.answer = answer;
      /** @type {HTMLElement[]} */
      this.buttons = [];
    }

    /** @param {Node & ParentNode} parent @param {string} tag @param {string} kind */
    add(parent, tag, kind) {
      const element = document.createElement(tag);
      element.className = kind;
      parent.append(element);
      return element;
    }

    // Whether there is a document yet to show it in.
    /** @param {Site.Step} step */
    show({ count, text, hint, buttons }) {
      if (!document.documentElement) return false;
      if (!this.host.isConnected) document.documentElement.append(this.host);
      /** @type {Important} */
      const important = (name, value) => this.host.style.setProperty(name, value, "important");
      important("all", "initial");
      important("position", "fixed");
      important("left", "0");
      important("right", "0");
      important("z-index", "2147483647");
      important("display", "flex");
      important("justify-content", "center");
      important("pointer-events", "none");
      this.count.textContent = count;
      this.text.textContent = text;
      this.hint.textContent = hint ?? "";
      for (const button of this.buttons) button.remove();
      this.buttons = buttons.map(({ label, kind }, index) => {
        const button = this.add(this.bar, "button", index ? "quiet" : "");
        button.textContent = label;
        button.addEventListener("click", () => this.answer(kind));
        return button;
      });
      this.place(important);
      return true;
    }

    // At the top, unless there is a box to type in.
    /** @param {Important} important */
    place(important) {
      important("top", "0");
      important("bottom", "auto");
      const bar = this.bar.getBoundingClientRect();
      const boxes = this.boxes().map((box) => box.getBoundingClientRect());
      if (!boxes.some((box) => box.top < bar.bottom && box.right > bar.left && box.left < bar.right)) return;
      important("top", "auto");
      important("bottom", "0");
    }
  }

  return Bar;
})()
