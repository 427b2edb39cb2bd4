// Runs inside the page: hides the prompt for a screenshot ("hide"), shows it again ("show"), or returns the page's
// HTML without scripts, without what is in the boxes, and without the texts that hold the prompt ("read").
({ prompt, job, boxes }) => {
  const KEY = Symbol.for("grokbatch.hidden");
  const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim().toLowerCase();
  const wanted = plain(prompt);
  const start = wanted.slice(0, Math.max(24, Math.ceil(wanted.length / 2)));
  const holds = (text) => wanted !== "" && (plain(text).includes(wanted) || plain(text).includes(start));
  // The innermost elements that hold the prompt, even when it is spread over several nodes inside.
  const holders = (root) =>
    [...root.querySelectorAll("*")].filter(
      (element) => holds(element.textContent) && ![...element.children].some((child) => holds(child.textContent)),
    );
  const texts = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };

  if (job === "hide") {
    const nodes = holders(document.body).flatMap(texts);
    window[KEY] = nodes.map((node) => [node, node.data]);
    for (const node of nodes) node.data = node.data.replace(/\S/g, "▒");
    return { done: true };
  }
  if (job === "show") {
    for (const [node, data] of window[KEY] ?? []) node.data = data;
    delete window[KEY];
    return { done: true };
  }
  const copy = document.documentElement.cloneNode(true);
  for (const element of copy.querySelectorAll("script, noscript, template, iframe[srcdoc]")) element.remove();
  for (const box of copy.querySelectorAll(boxes)) {
    box.removeAttribute("value");
    if (!box.matches("input")) box.textContent = "";
  }
  for (const element of holders(copy)) element.textContent = "[prompt]";
  return { done: true, html: `<!doctype html>\n${copy.outerHTML}` };
}
