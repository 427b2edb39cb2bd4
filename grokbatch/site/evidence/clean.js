// Runs inside the page: hides prompts, and what stands in the boxes, for a screenshot and the accessibility tree
// ("hide"), says whether they were hidden all the time since ("hidden"), shows them again ("show"), or returns the
// page's HTML without scripts, without what is in the boxes, without what addresses say beyond their paths, and
// without the texts that hold prompts ("read"). `rule` is the redactor's.
/** @param {{ rule: { letters: string[], short: string[], size: number }, job: string, boxes: string }} asked */
({ rule, job, boxes }) => {
  const KEY = Symbol.for("grokbatch.hidden");
  const kept = /** @type {Record<symbol, Hidden | undefined>} */ (/** @type {unknown} */ (window));
  const LONGEST_MS = 2000; // a page that fights for its texts must not come to hang over it

  const windows = new Set();
  for (const letters of rule.letters)
    for (let at = 0; at + rule.size <= letters.length; at++) windows.add(letters.slice(at, at + rule.size));
  // The letters and digits of a text in small, as the redactor takes them.
  /** @type {(text: string) => string} */
  const squeezed = (text) =>
    [...text].filter((sign) => /[\p{L}\p{N}]/u.test(sign)).map((sign) => [...sign.toLowerCase()][0]).join("");
  // A text in many pieces, and which of them lie where.
  /** @typedef {{ text: string, ends: number[] }} Joined */
  /** @type {(pieces: string[]) => Joined} */
  const joined = (pieces) => {
    const ends = [];
    let end = 0;
    for (const piece of pieces) ends.push((end += piece.length));
    return { text: pieces.join(""), ends };
  };
  const short = rule.short.map((part) => {
    const words = part.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return { alone: part.trim().length < 4, source: words.join("\\s*") };
  });

  /** @type {(root: Node) => Text[]} */
  const textsIn = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement?.closest("script, style, textarea")) found.push(/** @type {Text} */ (walker.currentNode));
    return found;
  };

  // Which of these texts, one after the other on the page, hold a part of a prompt, alone or together.
  /** @type {(texts: string[]) => Set<number>} */
  const telling = (texts) => {
    const found = new Set();
    // Takes down the pieces between `first` and `last`, none of which is before number `from`.
    /** @type {(joined: Joined, first: number, last: number, from: number) => number} */
    const mark = ({ ends }, first, last, from) => {
      while (ends[from] <= first) from += 1;
      for (let index = from; index < ends.length && (index === from || ends[index - 1] < last); index++) found.add(index);
      return from;
    };
    const letters = joined(texts.map(squeezed));
    for (let at = 0, from = 0; at + rule.size <= letters.text.length; at++)
      if (windows.has(letters.text.slice(at, at + rule.size))) from = mark(letters, at, at + rule.size, from);
    const whole = joined(short.length ? texts : []);
    for (const { alone, source } of short) {
      const wholeWord = new RegExp(`(?<![\\p{L}\\p{N}_])${source}(?![\\p{L}\\p{N}_])`, "iu");
      if (alone) texts.forEach((text, index) => wholeWord.test(text) && found.add(index));
      const hits = alone ? [] : whole.text.matchAll(new RegExp(source, "giu"));
      let from = 0;
      for (const hit of hits) from = mark(whole, hit.index, hit.index + hit[0].length, from);
    }
    return found;
  };

  class Hidden {
    constructor() {
      /** @type {Map<Text, { data: string, mask: string }>} */
      this.masks = new Map();
      this.spent = 0;
      this.isClean = true;
      // Pages draw themselves anew at any time, between the hiding and the picture, too.
      this.observer = new MutationObserver(() => this.again());
      this.hide();
      this.observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    }

    again() {
      const began = performance.now();
      this.hide();
      this.observer.takeRecords();
      this.spent += performance.now() - began;
      if (this.spent < LONGEST_MS) return;
      this.isClean = false;
      this.observer.disconnect();
    }

    hide() {
      const nodes = textsIn(document.body);
      const found = telling(nodes.map((node) => this.own(node)));
      nodes.forEach((node, index) => (found.has(index) || this.isEntry(node)) && this.mask(node));
    }

    // What the page itself has written there.
    /** @param {Text} node */
    own(node) {
      const known = this.masks.get(node);
      return known?.mask === node.data ? known.data : node.data;
    }

    /** @param {Text} node */
    isEntry(node) {
      return Boolean(node.parentElement?.closest(boxes));
    }

    /** @param {Text} node */
    mask(node) {
      const data = this.own(node);
      const mask = data.replace(/\S/g, "▒");
      if (node.data === mask) return;
      this.masks.set(node, { data, mask });
      node.data = mask;
    }

    show() {
      this.observer.disconnect();
      for (const node of this.masks.keys()) node.data = this.own(node);
    }
  }

  if (job === "hide") {
    kept[KEY] = new Hidden();
    return { done: true };
  }
  if (job === "hidden") return { done: true, clean: kept[KEY]?.isClean === true };
  if (job === "show") {
    kept[KEY]?.show();
    delete kept[KEY];
    return { done: true };
  }

  const ADDRESSES = ["src", "href", "poster", "action", "formaction", "srcset", "data", "cite", "background", "xlink:href"];
  /** @type {(addresses: string) => string} */
  const unsigned = (addresses) =>
    /^\s*(data|javascript|blob):/i.test(addresses)
      ? addresses.replace(/:[^]*/, ":…")
      : addresses.replace(/([^\s,?#]*)([?#])\S+/g, "$1$2…");
  const copy = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
  for (const element of copy.querySelectorAll("script, noscript, template, base, iframe[srcdoc]")) element.remove();
  for (const meta of copy.querySelectorAll("meta")) {
    const name = meta.getAttribute("name") ?? meta.getAttribute("property") ?? "";
    if (meta.httpEquiv || /token|csrf|nonce|secret|session/i.test(name)) meta.remove();
  }
  for (const box of copy.querySelectorAll(boxes)) {
    box.removeAttribute("value");
    if (!box.matches("input")) box.textContent = "";
  }
  for (const element of copy.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (/^on/i.test(name) || name === "nonce") element.removeAttribute(name);
      else if (ADDRESSES.includes(name.toLowerCase())) element.setAttribute(name, unsigned(value));
    }
  }
  const nodes = textsIn(copy);
  for (const index of telling(nodes.map((node) => node.data))) nodes[index].data = "[prompt]";
  // Who opens the file sees the page's structure, and nothing is asked of the site or run.
  const alone = `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  return { done: true, html: `<!doctype html>\n<meta charset="utf-8">${alone}\n${copy.outerHTML}` };
}
