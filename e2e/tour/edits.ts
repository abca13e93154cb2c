/** Which people the tour changes, in which fields and to what. Pure: the seed decides. */
import type { Draw } from './draw.ts';

/** A field that both sides may write, as the map has it. */
export interface EditField {
  readonly object: 'Lead' | 'Contact';
  readonly name: string;
  readonly column: string;
  readonly type: string;
  readonly columnType: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
}

export interface Subject {
  readonly personId: number;
  readonly salesforceId: string;
  readonly object: 'Lead' | 'Contact';
}

/** A value for one field of one person; null clears it. Numbers and times are text. */
export interface Edit {
  readonly subject: Subject;
  readonly field: EditField;
  readonly value: string | null;
}

/** Two records of one object that become one. */
export interface Pair {
  readonly winner: Subject;
  readonly loser: Subject;
}

export interface EditPlan {
  /** Changed here, each by a statement of its own. */
  readonly hereOne: readonly Edit[];
  /** Changed here, all of a column in one statement. */
  readonly hereMany: readonly Edit[];
  /** Changed here through the app. */
  readonly hereByApp: readonly Edit[];
  readonly there: readonly Edit[];
  /** Different fields of one person, one changed on each side. */
  readonly apart: readonly { readonly here: Edit; readonly there: Edit }[];
  /** The same field of one person, changed on both sides while neither knows of the other. */
  readonly forced: readonly { readonly here: Edit; readonly there: Edit }[];
  /** The same field of one person, changed on both sides again and again while the sync runs; each round is one pair a person. */
  readonly raced: readonly (readonly { readonly here: Edit; readonly there: Edit }[])[];
  readonly deletedHere: readonly Subject[];
  readonly deletedThere: readonly Subject[];
  /** Merged by Salesforce's own hand, and by the app. */
  readonly mergedThere: readonly Pair[];
  readonly mergedHere: readonly Pair[];
  /** Leads. */
  readonly convertedThere: readonly Subject[];
  readonly convertedHere: readonly Subject[];
  /** Changed here while their record ends in another one; nobody promises where that leads, but that both sides agree. */
  readonly ending: readonly Edit[];
}

const RACE_ROUNDS = 3;
/** People of each object in each part of the plan; a smaller org gets a smaller plan of the same shape. */
const PARTS = {
  hereOne: 30,
  hereMany: 40,
  hereByApp: 6,
  there: 50,
  apart: 25,
  forced: 20,
  raced: 15,
  deletedHere: 6,
  deletedThere: 12,
  mergedThere: 8,
  mergedHere: 8,
  convertedThere: 6,
  convertedHere: 6,
} as const;
const WANTED = Object.values(PARTS).reduce((sum, many) => sum + many, 0);

export interface PlanOptions {
  readonly draw: Draw;
  readonly subjects: readonly Subject[];
  readonly fields: readonly EditField[];
}

export const planEdits = ({ draw, subjects, fields }: PlanOptions): EditPlan => {
  const values = new ValueMaker(draw);
  const pools = (['Lead', 'Contact'] as const).map(
    (object) => new Pool(draw.shuffle(subjects.filter((s) => s.object === object))),
  );
  const take = (part: keyof typeof PARTS): Subject[] => pools.flatMap((pool) => pool.take(PARTS[part]));
  const fieldsOf = (subject: Subject): EditField[] => {
    const own = fields.filter((field) => field.object === subject.object);
    if (own.length < 2)
      throw new Error(`the map has fewer than two fields of ${subject.object} that both sides may write`);
    return own;
  };
  const edit = (subject: Subject): Edit => values.edit(subject, draw.pick(fieldsOf(subject)));
  const pair = (subject: Subject): { here: Edit; there: Edit } => {
    const field = draw.pick(fieldsOf(subject));
    return { here: values.edit(subject, field, false), there: values.edit(subject, field, false) };
  };
  const apart = (subject: Subject): { here: Edit; there: Edit } => {
    const [one, other] = draw.shuffle(fieldsOf(subject)) as [EditField, EditField];
    return { here: values.edit(subject, one), there: values.edit(subject, other) };
  };
  const racers = take('raced').map((subject) => ({ subject, field: draw.pick(fieldsOf(subject)) }));
  const pairs = (part: 'mergedThere' | 'mergedHere'): readonly Pair[] =>
    pools.flatMap((pool) => pairsOf(pool.take(PARTS[part])));
  const leads = (part: 'convertedThere' | 'convertedHere'): readonly Subject[] =>
    take(part).filter(({ object }) => object === 'Lead');
  const joined = {
    mergedThere: pairs('mergedThere'),
    mergedHere: pairs('mergedHere'),
    convertedThere: leads('convertedThere'),
    convertedHere: leads('convertedHere'),
  };
  const endings = [
    ...[...joined.mergedThere, ...joined.mergedHere].map(({ loser }) => loser),
    ...joined.convertedThere,
    ...joined.convertedHere,
  ];
  return {
    hereOne: take('hereOne').map(edit),
    hereMany: take('hereMany').map(edit),
    hereByApp: take('hereByApp').map(edit),
    there: take('there').map(edit),
    apart: take('apart').map(apart),
    forced: take('forced').map(pair),
    raced: Array.from({ length: RACE_ROUNDS }, () =>
      racers.map(({ subject, field }) => ({
        here: values.edit(subject, field, false),
        there: values.edit(subject, field, false),
      })),
    ),
    deletedHere: take('deletedHere'),
    deletedThere: take('deletedThere'),
    ...joined,
    ending: endings.map(edit),
  };
};

const pairsOf = (subjects: readonly Subject[]): readonly Pair[] =>
  subjects.flatMap((winner, at) => {
    const loser = subjects[at + 1];
    return at % 2 === 0 && loser !== undefined ? [{ winner, loser }] : [];
  });

/** Hands out each subject once; a pool smaller than the whole plan gives every part its share. */
class Pool {
  readonly #subjects: readonly Subject[];
  #next = 0;

  constructor(subjects: readonly Subject[]) {
    this.#subjects = subjects;
  }

  take(many: number): Subject[] {
    const share = Math.min(many, Math.floor((many * this.#subjects.length) / WANTED));
    const from = this.#next;
    this.#next += share;
    return this.#subjects.slice(from, from + share);
  }
}

/** Texts that a careless reader of CSV, JSON, SQL or HTML would change. */
const TEXTS = [
  'plain',
  'Zoë Łukasz Ñandú',
  'say "yes", then \'no\'; \\ back',
  '=1+1',
  'null',
  '#N/A',
  '日本語 🙂',
  '\u05e9\u05dc\u05d5\u05dd \u200fright',
  '<script>alert(1)</script>',
  '%_?&+#',
] as const;
const LINES = ['first\nsecond', 'first\r\nsecond\r\n\r\nthird', 'a\tb'] as const;
/** One edit in so many clears its field. */
const CLEARS = 7;
/** The shortest text that holds a distinct number and something tricky. */
const LENGTH_MIN = 20;
const DAY_MS = 86_400_000;

/** A field into which the values made here fit. */
export const isEditable = (field: EditField): boolean => {
  if (/latitude|longitude/i.test(field.name)) return false;
  switch (field.type) {
    case 'string':
    case 'textarea':
    case 'phone':
      return field.length >= LENGTH_MIN;
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return field.type === 'int' || field.precision - field.scale >= 6;
    case 'date':
    case 'datetime':
      return true;
    default:
      return false;
  }
};

/** Every value is another one, so that no edit is the same as what was there before. */
class ValueMaker {
  readonly #draw: Draw;
  #made = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  edit(subject: Subject, field: EditField, mayClear = true): Edit {
    this.#made += 1;
    const isClear = mayClear && this.#draw.whole(1, CLEARS) === 1;
    return { subject, field, value: isClear ? null : this.#value(field, this.#made) };
  }

  #value(field: EditField, number: number): string {
    switch (field.type) {
      case 'phone':
        return `+1 (555) ${String(number).padStart(7, '0')}`;
      case 'textarea':
        return fit(`${number} ${this.#draw.pick([...TEXTS, ...LINES])}`, field.length);
      case 'string':
        return fit(`${number} ${this.#draw.pick(TEXTS)}`, field.length);
      case 'int':
        return String(number);
      case 'double':
      case 'currency':
      case 'percent':
        return field.scale >= 2 ? `${number}.${String(this.#draw.whole(1, 99)).padStart(2, '0')}` : String(number);
      case 'date':
        return new Date(Date.UTC(this.#draw.pick([1700, 1969, 2000, 2026, 3999]), 0, 1) + number * DAY_MS)
          .toISOString()
          .slice(0, 10);
      case 'datetime':
        return new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
      default:
        throw new Error(`no value for ${field.type}`);
    }
  }
}

/** By whole characters, so that no surrogate pair is cut, and without a blank at the end, which Salesforce would trim. */
const fit = (text: string, length: number): string => {
  let out = '';
  for (const character of text) {
    if (out.length + character.length > length) break;
    out += character;
  }
  return out.trimEnd();
};

/** As Salesforce's REST API takes it. */
export const wireValue = (edit: Edit): string | number | null => {
  if (edit.value === null) return null;
  return ['int', 'double', 'currency', 'percent'].includes(edit.field.type) ? Number(edit.value) : edit.value;
};
