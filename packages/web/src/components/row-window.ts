/** Which rows of a long table are in the page: those in view and some around them. */
import { type RefObject, useLayoutEffect, useState } from 'react';

export interface RowWindow {
  readonly from: number;
  readonly to: number;
  /** Heights of what is left out, in pixels. */
  readonly above: number;
  readonly below: number;
}

/** Tables up to this long are in the page as a whole. */
const WHOLE_ROWS_MAX = 100;
export const ROW_PX = 36;
/** Rows beyond the edges, so that a fast scroll and the arrow keys find some. */
const AROUND = 20;

/**
 * `top`: where the first row begins, in pixels below the upper edge of what is seen; negative when it is scrolled away. Steps of ten rows, so that a
 * scroll does not draw at each pixel. Pure.
 */
export const rowsInView = (rows: number, top: number, heightPx: number): RowWindow => {
  const first = Math.floor(-top / ROW_PX) - AROUND;
  const from = Math.min(Math.max(0, Math.floor(first / 10) * 10), Math.max(0, rows - 1));
  const last = Math.ceil((heightPx - top) / ROW_PX) + AROUND;
  const to = Math.max(from, Math.min(rows, Math.ceil(last / 10) * 10));
  return { from, to, above: from * ROW_PX, below: (rows - to) * ROW_PX };
};

const isSame = (one: RowWindow | null, other: RowWindow | null): boolean =>
  one?.from === other?.from && one?.to === other?.to && one?.below === other?.below;

/** Cards of a phone are of any height, so there all rows are in the page. */
const PHONE = '(width <= 640px)';

/** Null: all rows are in the page. */
export const useRowWindow = (body: RefObject<HTMLElement | null>, rows: number): RowWindow | null => {
  const [view, setView] = useState<RowWindow | null>(null);
  useLayoutEffect(() => {
    const phone = window.matchMedia(PHONE);
    const measure = (): void => {
      const place = body.current;
      const next =
        place === null || rows <= WHOLE_ROWS_MAX || phone.matches
          ? null
          : rowsInView(rows, place.getBoundingClientRect().top, window.innerHeight);
      setView((before) => (isSame(before, next) ? before : next));
    };
    measure();
    if (rows <= WHOLE_ROWS_MAX) return;
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [body, rows]);
  return view;
};
