/** Numbers as somebody types them into a page of settings. Pure. */

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** null: no whole number, or outside of the range. */
export const readWhole = (text: string, { min, max }: NumberRange): number | null => {
  const trimmed = text.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value < min || value > max ? null : value;
};

/** A share from 0 to 1 as a whole number of hundredths, and back. */
export const toPercent = (share: number): string => String(Math.round(share * 100));
export const percentRange = ({ min, max }: NumberRange): NumberRange => ({ min: min * 100, max: max * 100 });

/** How many values of a page are not as they are stored. */
export const countChanges = <Page extends object>(stored: Page, draft: Page): number =>
  (Object.keys(draft) as (keyof Page)[]).filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(stored[name]))
    .length;
