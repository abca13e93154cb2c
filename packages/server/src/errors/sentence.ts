import { PROBLEMS } from '@syncline/contract/problems';
import { Problem } from './errors.ts';

/** A failure as a person at a terminal reads it: what is wrong, and what to do. */
export const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Problem))
    return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => String(error.detail[name] ?? whole));
  const row = PROBLEMS[error.code];
  const sql = error.detail['sql'];
  return `${sql === undefined ? '' : `${sql}\n\n`}${fill(row.title)} ${fill(row.advice)} (${error.code})`;
};
