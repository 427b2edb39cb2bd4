// Finds elements inside the page by the alternatives of the locator table. Playwright finds them by the same
// alternatives from outside; both must come to the same elements, so roles and names follow the same rules here
// (WAI-ARIA's name computation, as far as it matters for what can be on a page). Shadow roots are not looked into.
// `namesOf` is the function of names.js.
/** @param {Site.NamesOf} namesOf @returns {Site.Finder} */
(namesOf) => {
  /** @type {(text: string) => Set<string>} */
  const words = (text) => new Set(text.split(" "));
  const ROLES = words(
    "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox " +
      "complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid " +
      "gridcell group heading img insertion link list listbox listitem log main mark marquee math meter menu menubar " +
      "menuitem menuitemcheckbox menuitemradio navigation none note option paragraph presentation progressbar radio " +
      "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong " +
      "subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem",
  );
  const NAMED_BY_CONTENT = words(
    "button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio row " +
      "rowheader switch tab tooltip treeitem",
  );
  // What HTML's own elements are; a list where that depends on more than the tag.
  /** @type {Record<string, string | [string[], (element: Site.Found) => string | false | null | undefined]>} */
  const NATIVE = {
    a: [["link"], (e) => e.hasAttribute("href") && "link"],
    area: [["link"], (e) => e.hasAttribute("href") && "link"],
    article: "article",
    aside: "complementary",
    button: "button",
    dialog: "dialog",
    fieldset: "group",
    figure: "figure",
    form: [["form"], (e) => e.matches(NAMED) && "form"],
    html: "document",
    h1: "heading",
    h2: "heading",
    h3: "heading",
    h4: "heading",
    h5: "heading",
    h6: "heading",
    img: [["img", "presentation"], (e) => (e.getAttribute("alt") === "" && !e.title && !e.matches(TELLING) ? "presentation" : "img")],
    input: [
      ["button", "checkbox", "radio", "spinbutton", "slider", "searchbox", "combobox", "textbox"],
      (e) => INPUTS[e.type ?? ""] ?? (e.list ? "combobox" : "textbox"),
    ],
    li: "listitem",
    main: "main",
    menu: "list",
    meter: "meter",
    nav: "navigation",
    ol: "list",
    option: "option",
    output: "status",
    p: "paragraph",
    progress: "progressbar",
    search: "search",
    section: [["region"], (e) => e.matches(NAMED) && "region"],
    select: [["listbox", "combobox"], (e) => (e.multiple || (e.size ?? 0) > 1 ? "listbox" : "combobox")],
    strong: "strong",
    svg: "img",
    textarea: "textbox",
    time: "time",
    ul: "list",
  };
  /** @type {Record<string, string>} */
  const INPUTS = {
    hidden: "",
    button: "button",
    submit: "button",
    reset: "button",
    image: "button",
    file: "button",
    checkbox: "checkbox",
    radio: "radio",
    number: "spinbutton",
    range: "slider",
    search: "searchbox",
  };
  const NAMED = "[aria-label], [aria-labelledby]";
  const TELLING = "[tabindex], [aria-label], [aria-labelledby], [aria-describedby], [aria-live], [aria-controls], [aria-owns]";
  const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
  const MORE_OF_ONE = "[aria-label], [aria-labelledby], input, select, textarea";
  /** @type {Record<string, string[]>} */
  const TAGS = {};
  for (const [tag, told] of Object.entries(NATIVE))
    for (const role of Array.isArray(told) ? told[0] : [told]) (TAGS[role] ??= []).push(tag);
  // What makes a name more than the text that is shown.
  const MORE = "[aria-hidden], [aria-label], [aria-labelledby], [title], [alt], input, select, textarea, title, [role]";
  const SKIPPED = "script, style, noscript, template, head, head *";
  const VALUED = 'input:is([type="submit"], [type="button"], [type="reset"]), script, style, noscript, template';
  const LABELLED = "button, meter, output, progress, select, textarea, input:not([type=hidden])";

  /** @type {(text: string) => string} */
  const flat = (text) => text.replace(/[\u200b\u00ad]/g, "").replace(/\s+/g, " ").trim();
  /** @type {(element: Element) => Element[]} */
  const refsOf = (element) => {
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    return ids.map((id) => document.getElementById(id)).filter((found) => found !== null);
  };
  /** @type {(element: Element) => string} */
  const nativeRole = (element) => {
    const told = NATIVE[element.localName] ?? "";
    return Array.isArray(told) ? told[1](element) || "" : told;
  };
  /** @type {(element: Element) => string} */
  const roleOf = (element) => {
    const told = (element.getAttribute("role") ?? "").toLowerCase().split(/\s+/).find((role) => ROLES.has(role));
    if (!told) return nativeRole(element);
    const silenced = told === "none" || told === "presentation";
    return silenced && element.matches(`${TELLING}, ${FOCUSABLE}`) ? nativeRole(element) : told;
  };

  // --- what can be seen, and by whom

  /** @type {(element: Element) => boolean} */
  const shows = (element) => element.checkVisibility({ visibilityProperty: true });
  /** @type {(element: Element) => boolean} */
  const hasContents = (element) => getComputedStyle(element).display === "contents";
  /** @type {(node: Node) => DOMRect} */
  const textBox = (node) => {
    const range = document.createRange();
    range.selectNode(node);
    return range.getBoundingClientRect();
  };
  /** @type {(element: Element, holds: (child: Element) => boolean) => boolean} */
  const anyChild = (element, holds) =>
    [...element.childNodes].some((node) => (node instanceof Element ? holds(node) : node.nodeType === 3 && textBox(node).width > 0));
  /** @type {(element: Element) => boolean} */
  const visible = (element) => {
    if (!shows(element)) return hasContents(element) && anyChild(element, visible);
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  /** @type {(element: Element) => boolean} */
  const hidden = (element) => {
    if (element.closest('[aria-hidden="true" i]')) return true;
    if (shows(element) || (element.localName === "option" && element.closest("select"))) return false;
    return !hasContents(element) || !anyChild(element, (child) => !hidden(child));
  };

  // --- texts and names

  // All text below an element, seen or not, as Playwright takes it for filters and for getByText.
  /** @type {(node: Node) => string} */
  const fullText = (node) => {
    if (node.nodeType === 3) return /** @type {Text} */ (node).data;
    if (node.nodeType !== 1) return "";
    const element = /** @type {Site.Found} */ (node);
    if (element.matches(SKIPPED)) return "";
    if (!element.querySelector(VALUED)) return (element.matches(VALUED) ? element.value : element.textContent) ?? "";
    return [...node.childNodes].map(fullText).join("");
  };
  /** @type {(element: Site.Found) => string[]} */
  const labelsOf = (element) => {
    const refs = refsOf(element);
    if (refs.length) return refs.map(fullText);
    const told = element.getAttribute("aria-label");
    if (told?.trim()) return [told];
    return element.matches(LABELLED) ? [...(element.labels ?? [])].map(fullText) : [];
  };

  const nameOf = namesOf({ roleOf, refsOf, hidden, flat, NAMED_BY_CONTENT, SKIPPED });

  class Finder {
    constructor() {
      /** @type {Map<string, RegExp>} */
      this.patterns = new Map();
      /** @type {Map<string, Site.Found[]>} */
      this.roles = new Map();
      /** @type {Map<Site.Found, string>} */
      this.names = new Map();
      /** @type {Map<Site.Found, string>} */
      this.glances = new Map();
    }

    // Forget what was found out about the page as it was.
    fresh() {
      this.roles.clear();
      this.names.clear();
      this.glances.clear();
    }

    /** @param {string} source */
    pattern(source) {
      const pattern = this.patterns.get(source) ?? new RegExp(source, "i");
      this.patterns.set(source, pattern);
      return pattern;
    }

    // All elements that an alternative matches, seen or not.
    /** @param {Site.Alternative} alternative @returns {Site.Found[]} */
    all({ role, name, label, css, text }) {
      if (role && name) return this.named(role, this.pattern(name)).filter((e) => !css || fits(e, css));
      if (label) {
        const near = [...document.querySelectorAll(`${LABELLED}, [aria-label], [aria-labelledby]`)];
        return near.filter((e) => labelsOf(e).some((told) => this.pattern(label).test(told)) && (!css || fits(e, css)));
      }
      if (!css) return text ? this.innermost(this.pattern(text)) : [];
      return text ? query(css).filter((e) => this.pattern(text).test(fullText(e))) : query(css);
    }

    // Names are much work, and nearly all elements have another one: a glance comes first.
    /** @param {string} role @param {RegExp} pattern */
    named(role, pattern) {
      const likely = this.like(role).filter((e) => pattern.test(this.glance(e)));
      return likely.filter((e) => !hidden(e) && pattern.test(this.name(e)));
    }

    /** @param {string} role */
    like(role) {
      const known = this.roles.get(role);
      if (known) return known;
      const all = query([`[role~="${role}" i]`, ...(TAGS[role] ?? [])].join(", "));
      const found = all.filter((e) => roleOf(e) === role);
      this.roles.set(role, found);
      return found;
    }

    // The name as it most probably is: exact, but for what styles draw.
    /** @param {Site.Found} element */
    glance(element) {
      const known = this.glances.get(element);
      if (known !== undefined) return known;
      const simple = NAMED_BY_CONTENT.has(roleOf(element)) && !element.matches(MORE_OF_ONE) && !element.querySelector(MORE);
      const shown = simple ? flat(element.innerText ?? "") : "";
      const glance = shown || this.name(element);
      this.glances.set(element, glance);
      return glance;
    }

    /** @param {Site.Found} element */
    name(element) {
      const name = this.names.get(element) ?? nameOf(element);
      this.names.set(element, name);
      return name;
    }

    /** @param {RegExp} pattern */
    innermost(pattern) {
      const matching = new Set(query("body, body *").filter((e) => pattern.test(fullText(e))));
      return [...matching].filter((e) => ![...e.children].some((child) => matching.has(child)));
    }

    // The elements of the first alternative that matches something to keep, and its place in the list, or -1.
    /** @param {Site.Alternative[]} alternatives @param {(element: Site.Found) => boolean} [keep] */
    find(alternatives, keep = visible) {
      for (let index = 0; index < alternatives.length; index++) {
        const elements = this.all(alternatives[index]).filter(keep);
        if (elements.length) return { index, elements };
      }
      return { index: -1, elements: [] };
    }
  }

  // A table of the user's may hold what is no selector; it then matches nothing.
  /** @type {(css: string) => Site.Found[]} */
  const query = (css) => {
    try {
      return [...document.querySelectorAll(css)];
    } catch {
      return [];
    }
  };
  /** @type {(element: Element, css: string) => boolean} */
  const fits = (element, css) => {
    try {
      return element.matches(css);
    } catch {
      return false;
    }
  };

  return Object.assign(new Finder(), { visible, fullText, nameOf, roleOf });
}
