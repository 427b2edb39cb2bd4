// Whether the page would notice a press: whether anything of its own listens on the control that is pressed first, or
// above it. A page that was only drawn so far has no listeners yet. React listens above everything from its first
// moment on and hears nothing of a part that it has not taken over; it marks the elements that it has.
// Runs as if typed into the console of the developer tools, which knows `getEventListeners`; null: there is nothing to
// press.
/** @type {Site.IsListening} */
(listenersOf, watch) => {
  const PRESS = ["click", "mousedown", "mouseup", "pointerdown", "pointerup", "submit"];
  const ENTRY = ["input", "beforeinput"];
  const CONTAINER = "__reactContainer$";
  const TAKEN_OVER = ["__reactFiber$", "__reactProps$", "__reactInternalInstance$"];

  const PLAYWRIGHTS = /_hitTargetInterceptor/; // what it listens with on the window, to see where a click arrives

  /** @type {(target: EventTarget, marks: string[]) => boolean} */
  const isMarked = (target, marks) => Object.keys(target).some((key) => marks.some((mark) => key.startsWith(mark)));

  watch?.refresh();
  const { openers, way, box } = watch?.composer ?? {};
  const control = openers?.[0]?.element ?? way?.element ?? box;
  if (!watch || !control) return null;
  /** @type {EventTarget[]} */
  const path = [];
  for (let up = /** @type {Node | null} */ (control); up; up = up.parentNode) path.push(up);
  path.push(window);
  const kinds = control === box ? [...PRESS, ...ENTRY] : PRESS;
  /** @type {(target: EventTarget) => boolean} */
  const listens = (target) => {
    const listeners = kinds.flatMap((kind) => listenersOf(target)[kind] ?? []);
    return listeners.some(({ listener }) => !watch.own.has(listener) && !PLAYWRIGHTS.test(String(listener)));
  };
  if (path.some((each) => isMarked(each, [CONTAINER]))) return isMarked(control, TAKEN_OVER);
  return path.some(listens);
}
