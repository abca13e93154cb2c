/**
 * Whoever works by keyboard stands on what has the focus. Where that goes away – a button whose act is done, a row that is settled – the browser
 * leaves the focus to the page, and the next key begins at its top. Here it goes to the nearest place that stays.
 */

/** What had the focus, and where it stood: its ancestors from the nearest on, and its place among the children of each. */
interface Stand {
  readonly element: HTMLElement;
  readonly path: readonly Step[];
}
interface Step {
  readonly parent: Element;
  readonly place: number;
}

const CONTROLS = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';
const DIALOGS = '[role=dialog], [role=alertdialog]';
const LISTS = 'tbody, ul, ol';
const ROWS = 'tr, li';

const standOf = (element: HTMLElement): Stand => {
  const path: Step[] = [];
  for (let child: Element = element; child.parentElement !== null; child = child.parentElement)
    path.push({ parent: child.parentElement, place: [...child.parentElement.children].indexOf(child) });
  return { element, path };
};

const firstControl = (place: Element | undefined): HTMLElement | null =>
  place?.querySelector<HTMLElement>(CONTROLS) ?? null;

/** Of a row that stays, its first control; where the row went, that of the one which moved up into its place. */
const inList = ({ parent, place }: Step): HTMLElement | null => {
  const row = parent.closest(ROWS);
  if (row !== null) return firstControl(row);
  return parent.matches(LISTS) ? firstControl(parent.children[Math.min(place, parent.children.length - 1)]) : null;
};

/** A dialog, else the heading of the part of the page. */
const around = (kept: Element | null): HTMLElement | null => {
  const dialog = kept?.closest<HTMLElement>(DIALOGS) ?? null;
  if (dialog !== null) return dialog;
  const part = kept?.closest<HTMLElement>('section, main') ?? document.querySelector('main');
  return part?.querySelector<HTMLElement>('h1, h2') ?? part;
};

const refugeOf = (stands: readonly Stand[]): HTMLElement | null => {
  for (const { path } of stands) {
    const kept = path.find(({ parent }) => parent.isConnected);
    // Of a dialog that closed nothing is left but the page: then whence it was opened.
    if (kept !== undefined && kept.parent !== document.body) return inList(kept) ?? around(kept.parent);
  }
  return around(null);
};

const isGone = (element: HTMLElement): boolean => !element.isConnected || element.matches(':disabled');

/** For as long as the page is there. */
export const keepFocus = (): void => {
  let last: Stand | null = null;
  /** The last that was in no dialog. */
  let opener: Stand | null = null;
  let isLooking = false;

  const isLost = (): boolean =>
    last !== null &&
    isGone(last.element) &&
    (document.activeElement === document.body || document.activeElement === last.element);
  const mend = (): void => {
    isLooking = false;
    if (!isLost()) return;
    const refuge = refugeOf([last, opener].filter((stand) => stand !== null));
    if (refuge === null) return;
    if (!refuge.matches(CONTROLS) && !refuge.hasAttribute('tabindex')) refuge.tabIndex = -1;
    refuge.focus({ preventScroll: true });
  };

  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = standOf(target);
    if (target.closest(DIALOGS) === null) opener = last;
  });
  // A dialog that closes gives the focus back a frame later, and a screen that opens takes it: they come first.
  new MutationObserver(() => {
    if (isLooking || !isLost()) return;
    isLooking = true;
    requestAnimationFrame(() => requestAnimationFrame(mend));
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
};
