// The accessible name of an element, by the rules of WAI-ARIA as Playwright follows them.
/** @type {Site.NamesOf} */
({ roleOf, refsOf, hidden, flat, NAMED_BY_CONTENT, SKIPPED }) => {
  // What stands in such an element belongs to the name of the element around it.
  const PART_OF_A_NAME = new Set(
    (
      "caption code contentinfo definition deletion emphasis insertion list listitem mark none paragraph presentation " +
      "region row rowgroup section strong subscript superscript table term time"
    ).split(" "),
  );

  // How an element is met on the way: as the `target` itself, `inside` of it, or in a text that labels it; the text
  // of a `shown` label counts even where it cannot be seen.
  /** @typedef {{ target?: boolean, refers?: boolean, labels?: boolean, shown?: boolean }} How */
  /** @type {(element: Site.Found) => string} */
  const nameOf = (element) => flat(textFor(element, { target: true }, new Set()));

  /** @type {(element: Site.Found, how: How, met: Set<Element>) => string} */
  const textFor = (element, how, met) => {
    if (met.has(element)) return "";
    if (element.matches(SKIPPED) || (!how.shown && hidden(element))) return "";
    if (!how.refers) {
      const told = refsOf(element).map((ref) => textFor(ref, { refers: true, shown: hidden(ref) }, new Set())).join(" ");
      if (flat(told)) return told;
    }
    const role = roleOf(element);
    if (!how.target) {
      const held = heldText(element, role);
      if (held !== null) return held;
    }
    const told = element.getAttribute("aria-label") ?? "";
    if (flat(told)) return told;
    met.add(element);
    const silenced = role === "none" || role === "presentation";
    const own = silenced ? null : ownText(element, how, met);
    if (own !== null) return own;
    const counts = NAMED_BY_CONTENT.has(role) || how.refers || how.labels || (!how.target && (!role || PART_OF_A_NAME.has(role)));
    const text = counts ? contentOf(element, { ...how, target: false }, met) : "";
    return flat(text) || silenced ? text : element.getAttribute("title") ?? "";
  };

  // What a box inside of a label adds to it.
  /** @type {(element: Site.Found, role: string) => string | null} */
  const heldText = (element, role) => {
    if (role === "textbox" || role === "searchbox") return element.value ?? element.textContent;
    if (role === "combobox" || role === "listbox")
      return [...(element.selectedOptions ?? [])].map((option) => option.textContent).join(" ");
    if (["progressbar", "scrollbar", "slider", "spinbutton", "meter"].includes(role))
      return element.getAttribute("aria-valuetext") ?? element.getAttribute("aria-valuenow") ?? element.getAttribute("value") ?? "";
    return role === "menu" ? "" : null;
  };

  // What HTML itself gives an element for a name; null: nothing but its content.
  /** @type {(element: Site.Found, how: How, met: Set<Element>) => string | null} */
  const ownText = (element, how, met) => {
    const tag = element.localName;
    /** @type {(...names: string[]) => string} */
    const attribute = (...names) => names.map((name) => element.getAttribute(name) ?? "").find((text) => flat(text)) ?? "";
    const labels = how.refers ? [] : [...(element.labels ?? [])];
    const labelled = () => labels.map((label) => textFor(label, { labels: true }, met)).join(" ");
    const { type = "", value = "" } = element;
    if (tag === "input" && ["button", "submit", "reset"].includes(type)) {
      /** @type {string | undefined} */
      const byDefault = type === "submit" ? "Submit" : type === "reset" ? "Reset" : undefined;
      return flat(value) ? value : byDefault ?? attribute("title");
    }
    if (tag === "input" && element.type === "file") return labels.length ? labelled() : "Choose File";
    if (tag === "input" && element.type === "image") return labels.length ? labelled() : attribute("alt", "title") || "Submit";
    if (refsOf(element).length === 0) {
      if (tag === "button" && labels.length) return labelled();
      if (["textarea", "select", "input", "meter", "progress", "output"].includes(tag))
        return labels.length ? labelled() : attribute("title") || placeholderOf(element);
      const inner = tag === "fieldset" ? "legend" : tag === "figure" ? "figcaption" : null;
      if (inner) {
        const caption = [...element.children].find((child) => child.localName === inner);
        return caption ? textFor(caption, { ...how, target: false, labels: true }, met) : attribute("title");
      }
    }
    if (tag === "img" || tag === "area") return attribute("alt", "title");
    if (element instanceof SVGElement) {
      const title = [...element.children].find((child) => child.localName === "title");
      if (title) return textFor(title, { refers: true, shown: true }, met);
    }
    return null;
  };
  /** @type {(element: Site.Found) => string} */
  const placeholderOf = (element) =>
    element.matches('textarea, input:not([type]), input:is([type="text"], [type="password"], [type="number"], [type="search"], [type="tel"], [type="email"], [type="url"])')
      ? element.getAttribute("placeholder") ?? ""
      : "";

  /** @type {(element: Site.Found, how: How, met: Set<Element>) => string} */
  const contentOf = (element, how, met) => {
    const pieces = [drawn(element, "::before")];
    for (const node of element.childNodes) {
      if (node.nodeType === 3) pieces.push(/** @type {Text} */ (node).data);
      else if (node instanceof Element) {
        const piece = textFor(node, how, met);
        const flows = getComputedStyle(node).display.startsWith("inline") && node.localName !== "br";
        pieces.push(flows ? piece : ` ${piece} `);
      }
    }
    return [...pieces, drawn(element, "::after")].join("");
  };
  /** @type {(element: Element, where: string) => string} */
  const drawn = (element, where) => /^"(.*)"$/s.exec(getComputedStyle(element, where).content)?.[1] ?? "";

  return nameOf;
}
