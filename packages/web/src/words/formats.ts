/** Numbers, times and lengths of time as a reader of one language writes them. Pure: the zone is the reader's own unless given. */
export type Language = 'en' | 'es';

export const LANGUAGES = { en: 'English', es: 'Español' } as const satisfies Record<Language, string>;

/** What a language needs for one thing counted; `many` is Spanish's «1.000.000 de registros». */
interface Counted {
  readonly one: string;
  readonly other: string;
  readonly many?: string;
}

export interface Formats {
  readonly number: (value: number) => string;
  /** What stands between thousands. */
  readonly thousands: string;
  /** A count below zero decimals where it is large: `28,900`, `4.2`. */
  readonly rate: (perSecond: number) => string;
  /** `share` is 0 to 1; a share above zero never reads 0 %, one below 1 never 100 %. */
  readonly percent: (share: number) => string;
  /** The number and its noun: `1 record`, `1,204 records`. */
  readonly count: (value: number, noun: Counted) => string;
  /** `14:03:10` today, `Mar 3, 09:05` this year, else with its year. */
  readonly time: (at: string, now: Date) => string;
  readonly date: (at: string) => string;
  readonly dateTime: (at: string) => string;
  /** `Mar 3` and `14:00`, on the axes of charts. */
  readonly day: (at: string) => string;
  readonly hour: (at: string) => string;
  /** The exact moment in UTC, for a title or a hover. */
  readonly utc: (at: string) => string;
  /** A length of time in its two greatest units: `0.8 s`, `24 s`, `5 min`, `1 h 5 min`, `3 d`. */
  readonly duration: (ms: number) => string;
  readonly range: (lowMs: number, highMs: number) => string;
}

const LOCALES = { en: 'en-US', es: 'es-ES' } as const satisfies Record<Language, string>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const twoUnits = (ms: number, great: number, greatName: string, small: number, smallName: string): string => {
  const whole = Math.floor(ms / great);
  const rest = Math.round((ms - whole * great) / small);
  if (rest === 0) return `${whole} ${greatName}`;
  return rest * small === great ? `${whole + 1} ${greatName}` : `${whole} ${greatName} ${rest} ${smallName}`;
};

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

const makeFormats = (language: Language): Formats => {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const plural = new Intl.PluralRules(locale);
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hour12: false });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const both = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });
  const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const shortHour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false });
  const thisYear = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });

  const duration = (ms: number): string => {
    if (ms < 10 * SECOND) return `${tenths.format(Math.max(ms, 0) / SECOND)} s`;
    if (ms < MINUTE) return `${whole.format(ms / SECOND)} s`;
    if (ms < 10 * MINUTE) return twoUnits(ms, MINUTE, 'min', SECOND, 's');
    if (ms < HOUR) return `${whole.format(ms / MINUTE)} min`;
    if (ms < DAY) return twoUnits(ms, HOUR, 'h', MINUTE, 'min');
    return twoUnits(ms, DAY, 'd', HOUR, 'h');
  };

  return {
    number: (value) => whole.format(value),
    thousands: whole.formatToParts(1_000_000).find(({ type }) => type === 'group')?.value ?? '',
    rate: (perSecond) => (perSecond >= 100 ? whole : tenths).format(perSecond),
    percent: (share) => {
      const shown = Math.min(Math.max(Math.round(share * 100), share > 0 ? 1 : 0), share < 1 ? 99 : 100);
      return `${whole.format(shown)} %`;
    },
    count: (value, noun) => {
      const rule = plural.select(value);
      const word = rule === 'one' ? noun.one : rule === 'many' ? (noun.many ?? noun.other) : noun.other;
      return `${whole.format(value)} ${word}`;
    },
    time: (at, now) => {
      const moment = new Date(at);
      if (sameDay(moment, now)) return clock.format(moment);
      return moment.getFullYear() === now.getFullYear() ? thisYear.format(moment) : both.format(moment);
    },
    date: (at) => day.format(new Date(at)),
    dateTime: (at) => both.format(new Date(at)),
    day: (at) => shortDay.format(new Date(at)),
    hour: (at) => shortHour.format(new Date(at)),
    utc: (at) => new Date(at).toISOString().replace('T', ' ').replace('.000', '').replace('Z', ' UTC'),
    duration,
    range: (lowMs, highMs) => {
      const low = duration(lowMs);
      const high = duration(highMs);
      if (low === high) return low;
      const [lowCount, lowUnit, ...lowRest] = low.split(' ');
      const [, highUnit, ...highRest] = high.split(' ');
      const oneUnit = lowUnit === highUnit && lowRest.length === 0 && highRest.length === 0;
      return oneUnit ? `${lowCount}–${high}` : `${low} – ${high}`;
    },
  };
};

const FORMATS = { en: makeFormats('en'), es: makeFormats('es') } as const satisfies Record<Language, Formats>;

export const formats = (language: Language): Formats => FORMATS[language];
