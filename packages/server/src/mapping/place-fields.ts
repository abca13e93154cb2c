/**
 * Which fields have a column of their own. A row of Postgres lies on one page of 8 kB, where each text of more than a few characters takes at
 * least a pointer of 18 bytes: some 450 filled texts fit, and Salesforce allows 800 custom fields (docs/decisions/0006). Pure.
 */
import { EXTERNAL_ID_FIELD, type MappedField, TABLE_OF } from './mapping.ts';

/** Bytes that the declared fields of a row may take, by `widthOf`. */
const ROW_MAX = 7_000;
const ROW_BASE = 24;
/** A text stays in its row up to about this, and moves out of it at need. */
const TEXT_MAX = 45;
const WIDTHS: Readonly<Record<string, number>> = { boolean: 1, numeric: 14 };
const OTHER_WIDTH = 8;

const widthOf = ({ mirrorType, length }: MappedField): number =>
  (mirrorType === 'text' ? Math.min((length || TEXT_MAX) + 1, TEXT_MAX) : (WIDTHS[mirrorType] ?? OTHER_WIDTH)) + 1 / 8;

/** Room that is left in each table. */
class Room {
  readonly #used = new Map<string, number>();

  take(table: string, width: number): void {
    this.#used.set(table, (this.#used.get(table) ?? ROW_BASE) + width);
  }

  /** Takes the room if there is any. */
  isThere(table: string, width: number): boolean {
    if ((this.#used.get(table) ?? ROW_BASE) + width > ROW_MAX) return false;
    this.take(table, width);
    return true;
  }
}

/**
 * `chosen` with their places. A field of `known` keeps its place, and a twin shares the place of its column; what the sync itself works
 * with (standard fields, the external id) comes before custom fields.
 */
export const placeFields = <Field extends MappedField>(
  chosen: readonly Field[],
  known: readonly MappedField[],
): readonly Field[] => {
  const room = new Room();
  const own = new Map<string, boolean>();
  const placed = new Map<string, Pick<MappedField, 'isInMirrorMore' | 'isInMore'>>();
  const columnOf = (field: MappedField): string => `${TABLE_OF[field.object]}.${field.column}`;
  for (const field of known) {
    placed.set(`${field.object}.${field.name}`, placeOf(field.isInMirrorMore === true, field.isInMore === true));
    if (!field.isInMirrorMore) room.take(field.object, widthOf(field));
    if (field.column === null) continue;
    if (!field.isInMore && !own.has(columnOf(field))) room.take(TABLE_OF[field.object], widthOf(field));
    own.set(columnOf(field), field.isInMore === true);
  }
  const isFirst = (field: MappedField): boolean => !field.isCustom || field.name === EXTERNAL_ID_FIELD;
  for (const field of [...chosen.filter(isFirst), ...chosen.filter((field) => !isFirst(field))]) {
    const key = `${field.object}.${field.name}`;
    if (placed.has(key)) continue;
    const width = widthOf(field);
    const isInMirrorMore = !room.isThere(field.object, width);
    let isInMore = false;
    if (field.column !== null) {
      isInMore = own.get(columnOf(field)) ?? !room.isThere(TABLE_OF[field.object], width);
      own.set(columnOf(field), isInMore);
    }
    placed.set(key, placeOf(isInMirrorMore, isInMore));
  }
  return chosen.map((field) => ({ ...field, ...placed.get(`${field.object}.${field.name}`) }));
};

const placeOf = (isInMirrorMore: boolean, isInMore: boolean): Pick<MappedField, 'isInMirrorMore' | 'isInMore'> => ({
  ...(isInMirrorMore ? { isInMirrorMore } : {}),
  ...(isInMore ? { isInMore } : {}),
});
