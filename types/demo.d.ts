/** What the pages of the built-in site know; demo/web/page_config.py and demo/web/pages.py tell it. */
declare namespace Demo {
  type Labels = (typeof import("../grokbatch/demo/frontend/labels.json"))["en"];

  /** What the page of a post is told when it opens. */
  interface Boot {
    post: string;
    assets: string;
    labels: Labels;
    user: string;
    throttled: boolean;
    gallery: Done[];
    others: Done[];

    era: "A" | "B" | "C" | "D";
    layout: "known" | "unknown";
    openingMode: string | null;
    durations: number[];
    resolutions: string[];
    aspects: string[];
    hasPresets: boolean;
    resetsOptions: boolean;

    preciseEdit: boolean;
    addPrompt: boolean;
    editComposerStays: boolean;
    escapeResets: boolean;
    ratioEntries: "menuitem" | "option";
    enableAfter: number;
    sendAppears: boolean;
    forgetsFirstEntry: boolean;
    formatsText: "no" | "typed" | "all";
    tabs: boolean;
    landsOnNewest: boolean;
    lateOldTile: number | null;

    sendsFrom: "page" | "worker" | "service_worker";
    sendsAfter: number;
    secondRequest: boolean;
    asksAgainAfter: number | null;
    changesPrompt: string;
    sendsOtherLength: boolean;

    hydrate: number;
    urlAfter: "new_post" | "same" | "conversation" | "late_conversation";
    limitText: string;
    limitOffer: string;
    limitInOne: boolean;
    limitStyle: string;
    disabledWhenLimited: boolean;
    asksBeforeClick: boolean;
    upsell: boolean;
    cookieBanner: boolean;
    announcement: boolean;
    oldToast: "" | "moderated" | "limit" | "failed";
    preferenceQuestion: boolean;
    autoStart: boolean;
    replaceNodes: boolean;
    galleryShown: number;
  }

  /** A video as a listing names it. */
  type Video = Done | Loading | Moderated;
  interface Done {
    id: string;
    postId: string;
    state: "done";
    videoUrl: string;
    thumbnailImageUrl: string;
    aspectRatio: string;
    resolutionName: string;
    hdUrl?: string | null;
    saved?: boolean;
  }
  interface Loading {
    id: string;
    postId: string;
    state: "loading";
  }
  interface Moderated {
    id: string;
    postId: string;
    state: "moderated";
  }

  /** The answer to a question for a post. */
  interface Listed {
    rootId: string;
    imageId: string;
    imageUrl: string;
    conversationId: string;
    selected: string | null;
    videos: Video[];
  }

  /** What is chosen of each option, in the words on the page. */
  interface Choice {
    mode: string;
    length: string;
    resolution: string;
    aspect: string;
    preset: string;
  }
  /** The options that a page offers values of. */
  type Option = "length" | "resolution" | "aspect" | "preset";

  interface State {
    post: string;
    root: string;
    imageId: string;
    conversation: string | null;
    /** In era D: which of the two composers is in use. */
    composer: "edit" | "video";
    editText: string;
    /** In era D: whether the submit button has heard of the text. */
    ready: boolean;
    withheld: Done | null;
    prompt: string;
    lastPrompt: string;
    videos: Video[];
    image: string | null;
    selected: string | null;
    percent: number | null;
    run: Run | null;
    made: boolean;
    limited: boolean;
    /** The button stays grey, and nobody says why. */
    throttled: boolean;
    upscaling: string | null;
    choice: Choice;
  }

  /** A video that is being made, from the submit on. */
  interface Run {
    id: string | null;
    postId: string | null;
    conversation: string | null;
    over: boolean;
    talked: boolean;
    crashAt: number | null;
    abort: AbortController;
  }

  /** What a submit says, and to where. */
  interface Asked {
    path: string;
    headers: Record<string, string>;
    body: Record<string, unknown>;
  }

  /** How far a video has come, as a reply tells it. */
  interface Progress extends Partial<Omit<Done, "state">> {
    videoId: string;
    videoPostId: string;
    progress: number;
    moderated?: boolean;
    isRootUserUploaded?: boolean;
  }
  interface Failure {
    code?: number;
    message: string;
  }
  /** A file in an answer: all about it, or no more than its id. */
  type File = string | { fileMetadataId: string; fileUri?: string };
  interface Response {
    error?: Failure;
    streamingImageGenerationResponse?: object;
    streamingVideoGenerationResponse?: Progress;
    modelResponse?: { fileAttachments?: File[] };
  }
  /** One object of a reply. */
  interface Told {
    error?: Failure;
    result?: Response & { response?: Response; conversation?: { conversationId: string } };
  }

  // --- drawing

  type Child = Node | string | number | null | undefined | Child[];
  /** What begins with "on" is a listener; which event it hears follows from its name alone, hence `any`. */
  type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>;

  /** What an era draws by itself. */
  interface Pieces {
    column(): HTMLElement;
    player(reloads?: number): HTMLElement;
    composer(): HTMLElement;
    progress(): HTMLElement;
    side(): HTMLElement;
    toolbar?(): HTMLElement;
  }
  /** A look of the page. It draws its submit button by itself, or says what that is called and how it is made. */
  type Skin = Pieces &
    (
      | { drawSubmit(anew: boolean): void }
      | { drawSubmit?: undefined; submitLabel(): string; submit(label: string, off: boolean): HTMLElement }
    );
  type Part = keyof Pieces | "top" | "submit" | "status";
}
