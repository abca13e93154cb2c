/** Things counted, in English. */
import { formats } from '../formats.ts';

export const f = formats('en');
export const records = (n: number): string => f.count(n, { one: 'record', other: 'records' });
export const people = (n: number): string => f.count(n, { one: 'person', other: 'people' });
export const fields = (n: number): string => f.count(n, { one: 'field', other: 'fields' });
export const calls = (n: number): string => f.count(n, { one: 'API call', other: 'API calls' });
export const changes = (n: number): string => f.count(n, { one: 'change', other: 'changes' });
