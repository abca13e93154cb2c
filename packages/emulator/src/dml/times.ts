/** Dates, datetimes and times as clients write them, turned into the store's text (A5); undefined when they are none. */

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const datetimePattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const timePattern = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?$/i;

/** Salesforce keeps dates of the years 1700 to 4000. */
export function isYearInRange(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= 1700 && year <= 4000;
}

export function readDate(text: string): string | undefined {
  const date = text.slice(0, 10);
  if (text.length > 10 && readDatetime(text) === undefined) return undefined;
  const match = datePattern.exec(date);
  if (match === null) return undefined;
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) ? date : undefined;
}

/** In UTC, with its milliseconds cut off. A date alone is its midnight. */
export function readDatetime(text: string): string | undefined {
  const match = datetimePattern.exec(text.trim());
  if (match === null) return undefined;
  const [, date = '', hours = '00', minutes = '00', seconds = '00', zone = 'Z'] = match;
  if (readDate(date) === undefined) return undefined;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const at = new Date(`${date}T${hours}:${minutes}:${seconds}${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : `${at.toISOString().slice(0, 19)}.000Z`;
}

export function readTime(text: string): string | undefined {
  const match = timePattern.exec(text.trim());
  if (match === null) return undefined;
  const [, hours = '', minutes = '', seconds = '00', fraction = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return `${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`;
}
