/** What the scripts of grokbatch/site give each other. Python puts them together and sends them into a page. */
declare namespace Site {
  /** An element of a page; what only some kinds have may be missing. */
  interface Found extends Element {
    readonly dataset?: DOMStringMap;
    readonly innerText?: string;
    readonly title?: string;
    readonly value?: string;
    readonly type?: string;
    readonly src?: string;
    readonly currentSrc?: string;
    readonly disabled?: boolean;
    readonly selected?: boolean;
    readonly checked?: boolean;
    readonly multiple?: boolean;
    readonly size?: number;
    readonly list?: HTMLDataListElement | null;
    readonly labels?: NodeListOf<HTMLLabelElement> | null;
    readonly control?: Found | null;
    readonly selectedOptions?: HTMLCollectionOf<HTMLOptionElement>;
  }

  /** An alternative of the locator table. */
  interface Alternative {
    role?: string;
    name?: string;
    label?: string;
    css?: string;
    text?: string;
    any_use?: boolean;
  }

  /** The locator table, as `LocatorTable.for_page` gives it: controls, and the patterns of texts and paths. */
  interface Table {
    controls: Record<string, Alternative[]>;
    video_mode: string[];
    human_check: string[];
    video_id: string[];
    limit: string[];
    sure_limit: string[];
    perhaps_limit: string[];
    failed: string[];
    upsell: string[];
  }

  // --- finder.js and names.js

  /** What names.js needs of finder.js. */
  interface Roles {
    roleOf(element: Found): string;
    refsOf(element: Found): Found[];
    hidden(element: Found): boolean;
    flat(text: string): string;
    NAMED_BY_CONTENT: Set<string>;
    SKIPPED: string;
  }
  type NamesOf = (roles: Roles) => (element: Found) => string;

  interface Finder {
    fresh(): void;
    pattern(source: string): RegExp;
    all(alternative: Alternative): Found[];
    find(alternatives: Alternative[], keep?: (element: Found) => boolean): { index: number; elements: Found[] };
    visible(element: Found): boolean;
    fullText(node: Node): string;
    nameOf(element: Found): string;
    roleOf(element: Found): string;
  }

  // --- watch.js and its parts

  /** What can be told of an element by looking at it. */
  interface Looks {
    visible(element: Found): boolean;
    disabled(element: Found): boolean;
    covered(element: Found): boolean;
    nameOf(element: Found): string;
    textOf(element: Found): string;
  }

  /** What an observation is asked for; `table` is the locator table as one text, for a document that has not got it. */
  interface Request {
    version: string;
    table?: string;
    prompt: string;
    last: string;
    wait: number;
    armed: boolean;
    choices?: string[];
  }
  /** A request with the table that it goes by. */
  type Asked = Omit<Request, "table"> & { table: Table };

  /** What the watch of a document gives its parts. */
  interface Watch {
    readonly asked: Asked;
    readonly choices: Choices;
    readonly composer: Composer;
    clicks: number;
    pattern(source: string): RegExp;
    all(alternative: Alternative): Found[];
    refresh(): void;
  }

  /** What a submit would make, or what a box is for. */
  type Kind = "" | "video" | "other" | "unknown";

  /** A single choice of an option, or a button that opens a menu of choices; see `Choice` in observation.py. */
  interface Choice {
    id: number;
    group: number;
    text: string;
    name: string;
    chosen: boolean | null;
    disabled: boolean;
    opens: boolean;
    is_open: boolean;
    in_popup: boolean;
  }
  interface Choices {
    of(watch: Watch, control: string, prompt?: Found): Choice[];
    element(id: number): Found | null;
    isBeside(id: number, box: Found): boolean;
    mode(watch: Watch, box: Found | undefined, isForVideos: boolean): Kind;
  }
  type ChoicesOf = (looks: Looks) => Choices;

  /** An element of a control: the alternative that found it, its number among what that finds, and its rank. */
  interface Place {
    control: string;
    index: number;
    nth: number;
    element: Found;
    order: number;
    anyUse: boolean;
  }
  /** A place beside a box: how deep the element lies that holds both, and the pixels between them. */
  interface NearPlace extends Place {
    depth: number;
    isOnCard: boolean;
    distance: number;
  }
  interface Button {
    index: number;
    nth: number;
    disabled: boolean;
    covered: boolean;
    name: string;
  }
  interface Composer {
    readonly box: Found | undefined;
    readonly way: Place | null;
    readonly edit: Place | null;
    readonly kind: Kind;
    readonly mode: Kind;
    readonly cards: string[];
    readonly starters: Found[];
    look(): { prompt: Place | null };
    isForbidden(element: Found): boolean;
    submit(): (Button & { control: string }) | null;
    opener(): (Button & { is_open: boolean }) | null;
    menu(): { items: string[]; item: Button | null } | null;
  }
  type ComposerOf = (looks: Looks) => new (watch: Watch) => Composer;

  interface Guard {
    armed: boolean;
  }
  type GuardOf = (judge: { wrong(watch: Watch, begun: boolean): boolean }) => new (watch: Watch) => Guard;

  // --- learn.js and its parts

  type Point = [x: number, y: number];

  /** What an element can be found by. */
  interface Hook {
    tag: string;
    attributes: Record<string, string>;
    classes: string[];
    number: number;
    alone: boolean;
  }
  /** An element as it is told of; see learn/event.py. */
  interface Description extends Hook {
    role: string;
    name: string;
    words: string;
    hint: string;
    icons: string[];
    percent: boolean;
    only_percent: boolean;
    editable: boolean;
    path: Hook[];
    point: Point;
  }

  /** What was typed, which is told to nobody. */
  interface Secrets {
    readonly boxes: Map<Found, string>;
    note(box: Found): void;
    tells(text: string): boolean;
  }

  /** What described.js tells of elements. */
  interface Told {
    secrets: Secrets;
    PERCENT: RegExp;
    describe(element: Found, point?: Point): Description;
    editableOf(element: Found): Found | null;
    isPressable(target: Found): boolean;
    meantAt(control: string, target: Found, x: number, y: number): Found | null;
    hookOf(element: Found): Hook;
    percentOf(element: Found): string | null;
    boxes(): Found[];
    pressables(within: ParentNode): Found[];
  }
  type ToldOf = (finder: Finder) => Told;

  /** What was there at a press: its number, and the boxes and buttons. */
  interface Pressed {
    number: number;
    boxes: Description[];
    buttons: Description[];
  }
  interface Presses {
    note(element: Found): Pressed;
    meet(box: Found): number[];
    metBy(box: Found): number[];
  }
  type PressesOf = (finder: Finder, told: Told) => new () => Presses;

  /** What the bar shows; `control` is what is asked for, `holds` which presses are kept from the page. */
  interface Step {
    count: string;
    text: string;
    hint: string;
    control: string;
    holds: string;
    closed: boolean;
    buttons: { label: string; kind: string }[];
  }
  interface Bar {
    readonly host: HTMLElement;
    show(step: Step): boolean;
  }
  type BarClass = new (boxes: () => Found[], answer: (kind: string) => void) => Bar;

  /** What a person did, or what came up on the page; see learn/event.py. */
  interface LearnEvent extends Partial<Pressed> {
    kind: string;
    it?: Description | null;
    at?: Point;
    way?: number[];
    address?: string;
  }
}
