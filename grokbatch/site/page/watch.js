// Runs inside the page, as the predicate of a wait: returns a promise of an observation, which resolves as soon
// as what can be seen differs from `request.last`, or after `request.wait` milliseconds at the latest. The
// observer stays installed between waits, so that a text which came and went in between is not missed.
// A request without the table is for a document that has been given it, in this version; `{unknown: true}` if not.
// `choicesOf`, `guardOf` and `composerOf` are the functions of choices.js, guard.js and composer.js, `finder` is what
// that of finder.js returns.
/**
 * @param {Site.Request} request
 * @param {Site.ChoicesOf} choicesOf
 * @param {Site.GuardOf} guardOf
 * @param {Site.ComposerOf} composerOf
 * @param {Site.Finder} finder
 */
(request, choicesOf, guardOf, composerOf, finder) => {
  const { visible, nameOf } = finder;
  const KEY = Symbol.for("grokbatch.watch");
  const kept = /** @type {Record<symbol, Watch>} */ (/** @type {unknown} */ (window));
  const QUIET_MS = 20; // between two looks: a page that renders a lot must not pay for each change
  const RERENDER_MS = 300; // a notice that is back sooner was only rendered again
  const MOST_TEXTS = 20_000; // are remembered at a time
  const SLOW_LOOK_MS = 1000; // for changes that no observer tells: styles, scrolling, sizes

  /** @implements {Site.Watch} */
  class Watch {
    constructor() {
      this.doc = `${performance.timeOrigin}-${Math.random()}`;
      /** @type {Map<string, { arrivals: number, count: number, goneAt: number, gone: number }>} */
      this.notices = new Map();
      /** @type {Set<string>} */
      this.errors = new Set();
      /** @type {Map<string, number>} */
      this.playableAt = new Map(); // by the video's id: when the page could first play it
      this.clicks = 0;
      this.wasFilled = false; // whether the prompt has been in the box: texts about limits matter from then on
      /** @type {Map<string, boolean>} */
      this.aboutLimit = new Map(); // of texts that were looked through already, whether they tell of a limit
      /** @type {WeakSet<object>} */
      this.own = new WeakSet(); // listeners that are not the page's
      this.lastLook = 0;
      /** @type {number | null} */
      this.scheduled = null;
      /** @type {Site.Asked | null} */
      this.request = null;
      /** @type {((answer: { seen: string }) => void) | null} */
      this.resolve = null;
      this.choices = choicesOf({ visible, disabled, covered, nameOf, textOf });
      this.composer = new Composer(this);
      this.guard = new Guard(this);
      const changed = () => this.schedule();
      new MutationObserver(changed).observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
        attributeFilter: [
          "src", "alt", "class", "hidden", "disabled", "aria-disabled", "aria-label", "aria-valuenow",
          "aria-checked", "aria-pressed", "aria-selected", "aria-expanded", "data-state",
        ],
      });
      for (const name of ["loadedmetadata", "durationchange", "resize", "canplay", "error", "emptied", "input", "change"])
        this.listen(document, name, changed);
      for (const name of ["loadedmetadata", "resize"])
        this.listen(document, name, (event) => this.notePlayable(event.target));
      this.listen(window, "load", changed, false);
      this.listen(window, "popstate", changed);
      this.listen(document, "click", (event) => this.noteClick(event));
      setInterval(changed, SLOW_LOOK_MS);
    }

    /** @param {EventTarget} target @param {string} name @param {(event: Event) => void} heed */
    listen(target, name, heed, capture = true) {
      this.own.add(heed);
      target.addEventListener(name, heed, { capture, passive: false });
    }

    /** @param {Site.Request} request @returns {Promise<{ seen: string }> | { unknown: true }} */
    next(request) {
      const known = this.request?.version === request.version ? this.request.table : null;
      /** @type {Site.Table | null} */
      const table = known ?? (request.table ? JSON.parse(request.table) : null);
      if (!table) return { unknown: true };
      clearTimeout(this.timer);
      this.request = { ...request, table };
      this.guard.armed = request.armed;
      return new Promise((resolve) => {
        this.resolve = resolve;
        this.timer = setTimeout(() => this.look(true), request.wait);
        this.look(false);
      });
    }

    wake() {
      this.look(true);
    }

    // The request, where there is one for certain: nothing is looked at before it.
    get asked() {
      if (!this.request) throw new Error("the page was looked at before anything was asked");
      return this.request;
    }

    schedule() {
      if (this.scheduled !== null) return;
      const rest = this.lastLook + QUIET_MS - performance.now();
      if (rest <= 0) return this.look(false);
      this.scheduled = setTimeout(() => this.look(false), rest);
    }

    /** @param {boolean} always */
    look(always) {
      clearTimeout(this.scheduled ?? undefined);
      this.scheduled = null;
      this.lastLook = performance.now();
      if (!this.request || !document.documentElement) return;
      if (!this.resolve && !this.request.choices?.length) return this.noteArrivals();
      const seen = this.observe();
      if (!this.resolve) return;
      // As one text, because Playwright is slow at passing on an observation value by value.
      const text = JSON.stringify(seen);
      if (!always && text === this.request.last) return;
      const resolve = this.resolve;
      this.resolve = null;
      clearTimeout(this.timer);
      resolve({ seen: text });
    }

    // --- finding controls, in the order of the table

    /** @param {string} source */
    pattern(source) {
      return finder.pattern(source);
    }

    /** @param {Site.Alternative} alternative */
    all(alternative) {
      return finder.all(alternative);
    }

    /** @param {string} control @param {(element: Site.Found) => boolean} [keep] */
    find(control, keep = visible) {
      return finder.find(this.asked.table.controls[control], keep);
    }

    refresh() {
      finder.fresh();
      this.composer.look();
    }

    /** @param {Event} event */
    noteClick(event) {
      if (!this.request || !event.isTrusted) return;
      this.refresh();
      if (this.composer.way?.element.contains(/** @type {Node} */ (event.target))) this.clicks += 1;
    }

    // --- what is there to see

    observe() {
      finder.fresh();
      const { prompt } = this.composer.look();
      const { box, way, kind, mode, edit, cards } = this.composer;
      const submit = this.composer.submit();
      const filled = box !== undefined && same(valueOf(box), this.asked.prompt);
      const percent = this.percent();
      const generating = this.find("generating").index >= 0;
      this.wasFilled ||= filled;
      const tiles = this.find("loading_tiles").elements.length;
      const wanted = this.asked.choices ?? [];
      const choices = Object.fromEntries(wanted.map((name) => [name, this.choices.of(this, name, box)]));
      const limited = way && submit?.disabled && filled && percent === null;
      return {
        doc: this.doc,
        address: location.href,
        loaded: document.readyState === "complete",
        title: document.title.slice(0, 100),
        prompt: box && prompt ? { index: prompt.index, nth: prompt.nth, filled, covered: covered(box), formatted: formattingOf(box) } : null,
        submit,
        composer: kind,
        edit: edit ? labelOf(edit.element) : "",
        on_cards: cards,
        opener: this.composer.opener(),
        menu: this.composer.menu(),
        percent,
        generating,
        loading_tiles: tiles,
        videos: this.videos(),
        ids: this.ids(),
        moderated_ids: this.idsIn(this.moderated()),
        notices: this.countNotices(Object.values(choices).flat()),
        error_notices: [...this.errors],
        limit_text: limited ? this.limitText(box, way.element) : null,
        limit_lines: this.wasFilled && percent === null && !generating ? this.limitLines(box) : [],
        login: this.find("login").index >= 0,
        human_check: this.isHumanCheck(),
        blank: !box && isBlank(),
        clicks: this.clicks,
        mode,
        choices,
      };
    }

    // Of what comes and goes while nobody asks. All else is only looked at when it is asked for, which costs ten times
    // as much; a menu of choices counts among the notices unless its choices are known.
    noteArrivals() {
      finder.fresh();
      for (const video of document.querySelectorAll("video")) this.notePlayable(video);
      this.countNotices([]);
    }

    isHumanCheck() {
      const titled = this.asked.table.human_check.some((source) => this.pattern(source).test(document.title));
      return titled || this.find("human_check").index >= 0;
    }

    percent() {
      for (const element of this.find("progress").elements) {
        /** @type {string | undefined} */
        const told = element.getAttribute("aria-valuenow") ?? (/(\d{1,3})\s*%/.exec(textOf(element)) ?? [])[1];
        const value = Math.round(Number(told));
        if (told !== undefined && value >= 0 && value <= 100) return value;
      }
      return null;
    }

    /** @param {string} source */
    idOf(source) {
      let address;
      try {
        address = new URL(source, document.baseURI);
      } catch {
        return null;
      }
      if (address.protocol === "data:") return null;
      for (const pattern of this.asked.table.video_id) {
        const found = new RegExp(pattern).exec(address.pathname + address.search);
        if (found) return found[1];
      }
      return null;
    }

    /** @param {EventTarget | null} video */
    notePlayable(video) {
      if (!this.request || !(video instanceof HTMLVideoElement)) return;
      if (!Number.isFinite(video.duration) || !video.videoWidth || video.error) return;
      const id = this.idOf(sourceOf(video));
      if (id && !this.playableAt.has(id)) this.playableAt.set(id, Date.now());
    }

    videos() {
      for (const video of document.querySelectorAll("video")) this.notePlayable(video);
      const player = this.find("player", (element) => Boolean(sourceOf(element)));
      return [...document.querySelectorAll("video")].filter(sourceOf).map((video) => ({
        id: this.idOf(sourceOf(video)),
        address: sourceOf(video),
        player: player.elements.includes(video) ? player.index : -1,
        duration: Number.isFinite(video.duration) ? video.duration : null,
        width: video.videoWidth,
        height: video.videoHeight,
        error: video.error ? video.error.code : null,
        playable_at: this.playableAt.get(this.idOf(sourceOf(video)) ?? "") ?? null,
      }));
    }

    ids() {
      /** @type {(string | undefined)[]} */
      const sources = [...document.querySelectorAll("video")].flatMap((video) => [sourceOf(video), video.poster]);
      for (const tile of this.find("thumbnails", () => true).elements) sources.push(tile.currentSrc || tile.src);
      return this.idsIn(sources.concat(this.moderated()));
    }

    moderated() {
      return this.find("moderated_tiles", () => true).elements.map((tile) => tile.src);
    }

    /** @param {(string | undefined)[]} sources */
    idsIn(sources) {
      const ids = sources.map((source) => (source ? this.idOf(source) : null));
      return [...new Set(ids.filter(Boolean))].sort();
    }

    // How often each text has arrived among the notices since this document began.
    /** @param {Site.Choice[]} choices */
    countNotices(choices) {
      const now = performance.now();
      const options = choices.map((choice) => this.choices.element(choice.id));
      /** @type {Map<string, number>} */
      const present = new Map();
      for (const element of this.find("notices").elements) {
        const text = noticeOf(element);
        if (options.some((option) => option && element.contains(option))) continue; // a menu that we opened says nothing
        if (text) present.set(text, (present.get(text) ?? 0) + 1);
      }
      for (const element of this.find("error_notices").elements) this.errors.add(noticeOf(element));
      for (const text of new Set([...present.keys(), ...this.notices.keys()])) {
        const known = this.notices.get(text) ?? { arrivals: 0, count: 0, goneAt: -Infinity, gone: 0 };
        const count = present.get(text) ?? 0;
        if (count > known.count) {
          const back = now - known.goneAt < RERENDER_MS ? known.gone : 0;
          known.arrivals += Math.max(0, count - known.count - back);
          known.gone = 0;
        } else if (count < known.count) {
          known.gone = known.count - count;
          known.goneAt = now;
        }
        known.count = count;
        this.notices.set(text, known);
      }
      return Object.fromEntries([...this.notices].map(([text, known]) => [text, known.arrivals]));
    }

    // A text about a limit anywhere on the page, for a button that is disabled for no visible reason.
    /** @param {Site.Found} box @param {Site.Found} button */
    limitText(box, button) {
      /** @type {(Site.Found | null)[]} */
      const around = [button, button.parentElement];
      const about = around.flatMap((e) => [e?.title, e?.getAttribute("aria-description")]);
      const told = (button.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean);
      const beside = [...about, ...told.map((id) => document.getElementById(id)?.textContent)];
      const telling = beside.find((line) => line && this.tellsOfLimit(line)) || this.limitLines(box)[0];
      return telling && !same(telling, this.asked.prompt) ? telling.trim().slice(0, 300) : null;
    }

    // All visible texts about a limit, besides those of offers.
    /** @param {Site.Found | undefined} box */
    limitLines(box) {
      if (!document.body) return [];
      /** @type {Site.Found[] | null} */
      let offers = null;
      /** @type {string[]} */
      const lines = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const { data } = /** @type {Text} */ (walker.currentNode);
        if (!element || !this.isAboutLimit(data)) continue;
        if (element.closest("script, style, noscript, textarea, [contenteditable]")) continue;
        offers ??= this.find("upsell").elements.map((offer) => bannerOf(offer, box));
        if (offers.some((offer) => offer.contains(element)) || !visible(element)) continue;
        if (!isPartOf(this.asked.prompt, data)) lines.push(data.trim().slice(0, 300));
      }
      return lines;
    }

    // Each text is looked through once: a page has thousands, and few are new at any moment.
    /** @param {string} text */
    isAboutLimit(text) {
      if (this.aboutLimit.size > MOST_TEXTS) this.aboutLimit.clear();
      const known = this.aboutLimit.get(text) ?? this.tellsOfLimit(text);
      this.aboutLimit.set(text, known);
      return known;
    }

    /** @param {string} line */
    tellsOfLimit(line) {
      /** @type {(sources: string[]) => boolean} */
      const any = (sources) => sources.some((source) => this.pattern(source).test(line));
      const { limit, sure_limit, perhaps_limit, failed, upsell } = this.asked.table;
      return any(sure_limit) || ((any(limit) || (any(perhaps_limit) && !any(failed))) && !any(upsell));
    }
  }

  // --- elements

  /** @type {(element: Site.Found) => string} */
  const textOf = (element) => (element.innerText ?? element.textContent ?? "").trim();
  /** @type {(element: Site.Found) => string} */
  const noticeOf = (element) => (element.innerText || "").trim().slice(0, 500);
  /** @type {(element: Element) => boolean} */
  const disabled = (element) =>
    element.matches(":disabled") || element.closest('[aria-disabled="true"], [inert]') !== null;
  /** @type {(element: Element) => boolean} */
  const covered = (element) => {
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return at !== null && !element.contains(at) && !at.contains(element);
  };
  /** @type {(video: Element) => Site.Found | null} */
  const sourceIn = (video) => video.querySelector("source[src]");
  /** @type {(video: Site.Found) => string} */
  const sourceOf = (video) =>
    (video.getAttribute("src") ? video.src : sourceIn(video)?.src || video.currentSrc) ?? "";
  /** @type {(box: Site.Found) => string} */
  const valueOf = (box) => box.value ?? box.innerText ?? "";
  /** @type {(one: string, other: string) => boolean} */
  const same = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();
  // Whether a text shows the prompt, or the beginning of it.
  /** @type {(prompt: string, line: string) => boolean} */
  const isPartOf = (prompt, line) => {
    const [whole, part] = [prompt, line.replace(/(…|\.\.\.)$/, "")].map((text) => text.replace(/\s+/g, " ").trim());
    return whole !== "" && (whole.includes(part) || part.includes(whole));
  };
  // What an editor has made of signs such as "- " or "**": the page would send something else than what was entered.
  /** @type {Record<string, string>} */
  const FORMATTING = { list: "ul, ol", heading: "h1, h2, h3, h4, h5, h6", emphasis: "strong, em, b, i, s, u, code, mark", quote: "blockquote", "code block": "pre", rule: "hr", mention: "[contenteditable=\"false\"]" };
  /** @type {(box: Site.Found) => string} */
  const formattingOf = (box) => {
    if (box.value !== undefined) return "";
    return Object.keys(FORMATTING).find((kind) => box.querySelector(FORMATTING[kind])) ?? "";
  };
  // Whether a press would not submit the prompt; that the box goes away as one has `begun` says nothing.
  /** @type {(watch: Site.Watch, begun: boolean) => boolean} */
  const wrong = (watch, begun) => {
    const { box, kind, mode } = watch.composer;
    if (!box) return !begun;
    return !same(valueOf(box), watch.asked.prompt) || formattingOf(box) !== "" || kind !== "video" || mode === "other";
  };
  const SHOWS = "img, svg, canvas, video, iframe, object, button, input, textarea, [contenteditable]";
  // Custom elements may hold anything, where nobody can look into them.
  /** @type {() => boolean} */
  const isBlank = () => {
    const body = document.body;
    if (document.readyState !== "complete" || !body || body.innerText.trim() || body.querySelector(SHOWS)) return false;
    return ![...body.querySelectorAll("*")].some((element) => element.shadowRoot || element.localName.includes("-"));
  };
  const Guard = guardOf({ wrong });
  const Composer = composerOf({ visible, disabled, covered, nameOf, textOf });
  /** @type {(element: Site.Found) => string} */
  const labelOf = (element) => (nameOf(element) || textOf(element)).slice(0, 40);
  // The banner around an offer: as far up as it holds neither the prompt nor a good part of the page's text.
  /** @type {(offer: Site.Found, box: Site.Found | undefined) => Site.Found} */
  const bannerOf = (offer, box) => {
    let banner = offer;
    for (let up = offer.parentElement; up && !up.contains(box ?? null) && textOf(up).length < 300; up = up.parentElement)
      banner = up;
    return banner;
  };

  kept[KEY] ??= new Watch();
  return kept[KEY].next(request);
}
