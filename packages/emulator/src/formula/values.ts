/** Formula values from what the store keeps, and back. */
import { storedText } from '../dml/values.ts';
import { type FieldDescribe, isNumeric } from '../schema/schema.ts';
import type { Stored } from '../store/store.ts';
import type { Moment, Value } from './formula.ts';

const dayMs = 86_400_000;

/** A stored value as a formula sees it, by its field's type. */
export function valueOf(field: FieldDescribe, stored: Stored): Value {
  if (stored === null) return field.type === 'boolean' ? false : null;
  if (isNumeric(field)) return Number(stored);
  if (field.type === 'boolean') return stored === 'true';
  if (field.type === 'date') return { kind: 'date', ms: Date.parse(`${stored}T00:00:00.000Z`) };
  if (field.type === 'datetime') return { kind: 'datetime', ms: Date.parse(stored) };
  if (field.type === 'time') return { kind: 'time', ms: Date.parse(`1970-01-01T${stored}`) };
  return stored === '' ? null : stored;
}

/** A formula's result as the store would keep it in a field; null where it is no value of the field's type. */
export function storedOf(field: FieldDescribe, value: Value): Stored {
  if (value === null) return field.type === 'boolean' ? 'false' : null;
  const text = isNumeric(field) ? rounded(value, field.scale) : written(value, field);
  if (text === null) return null;
  const reading = storedText({ ...field, restrictedPicklist: false }, text, { asRestored: true });
  return reading.ok ? reading.value : null;
}

function rounded(value: Value, scale: number): string | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return null;
  const factor = 10 ** scale;
  const whole = Math.round(Math.abs(number) * factor + 1e-9) / factor;
  return (number < 0 ? -whole : whole).toFixed(scale);
}

function written(value: Value, field: FieldDescribe): string | null {
  if (typeof value === 'string') return field.length > 0 ? value.slice(0, field.length) : value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return field.type === 'boolean' ? String(value !== 0) : numberText(value);
  if (value === null) return null;
  if (field.type === 'date') return momentText({ ...value, kind: 'date' });
  return field.type === 'datetime' ? new Date(value.ms).toISOString() : momentText(value);
}

/** A number as TEXT() says it: no zeros behind, no exponent. */
export function numberText(number: number): string {
  if (!Number.isFinite(number)) return '';
  const text = Number(number.toPrecision(15)).toString();
  return /e/i.test(text) ? number.toFixed(15).replace(/\.?0+$/, '') : text;
}

/** As TEXT() says it: `2026-11-24`, `2026-11-24 12:00:00Z`, `12:00:00.000Z`. */
export function momentText({ kind, ms }: Moment): string {
  const iso = new Date(ms).toISOString();
  if (kind === 'date') return iso.slice(0, 10);
  if (kind === 'time') return new Date(((ms % dayMs) + dayMs) % dayMs).toISOString().slice(11);
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
