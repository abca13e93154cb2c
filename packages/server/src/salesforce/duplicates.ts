import { idText18 } from './ids.ts';
import type { DuplicateBlock, DuplicateMatch } from './salesforce.ts';

type Plain = Readonly<Record<string, unknown>>;
const plain = (value: unknown): Plain => (typeof value === 'object' && value !== null ? (value as Plain) : {});
const listOf = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.map(plain) : []);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `duplicateResult` of a blocked record (A7): each record once, whichever of the matching rules found it. */
export const duplicateOf = (result: unknown): DuplicateBlock => {
  const { allowSave, duplicateRule, matchResults } = plain(result);
  const found = listOf(matchResults).flatMap(({ entityType, matchRecords }) =>
    listOf(matchRecords).flatMap((match) => matchOf(textOf(entityType) ?? '', plain(match['record']))),
  );
  return {
    rule: textOf(duplicateRule) ?? '',
    allowSave: allowSave === true,
    matches: [...new Map(found.map((match) => [match.id, match])).values()],
  };
};

const matchOf = (object: string, record: Plain): readonly DuplicateMatch[] => {
  const id = textOf(record['Id']);
  if (id === null) return [];
  const parts = [textOf(record['FirstName']), textOf(record['LastName'])].filter((part) => part !== null);
  return [
    {
      object: textOf(plain(record['attributes'])['type']) ?? object,
      id: idText18(id),
      name: textOf(record['Name']) ?? (parts.length === 0 ? null : parts.join(' ')),
      email: textOf(record['Email']),
      company: textOf(record['Company']),
    },
  ];
};
