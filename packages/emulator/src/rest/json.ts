/**
 * JSON that keeps every digit: numbers are read as their source text and written as text, so that 18 digits survive.
 */
import { SalesforceError } from '../salesforce-error.ts';

/** A number as it stood in the body. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | boolean | null | ExactNumber | readonly Json[] | { readonly [key: string]: Json };

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Parses a body; JSON_PARSER_ERROR if it is none. */
export function parseJson(text: string): Json {
  try {
    return parseWithSource(text, (_, value, context) =>
      typeof value === 'number' ? new ExactNumber(context.source ?? String(value)) : value,
    ) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SalesforceError(400, 'JSON_PARSER_ERROR', `${reason} at [line:1, column:1]`);
  }
}

export function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof ExactNumber);
}

/** An object member that must be an object itself; an error tells what is missing. */
export function asObject(json: Json | undefined, what: string): { readonly [key: string]: Json } {
  if (isObject(json)) return json;
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', `The request needs ${what} at [line:1, column:1]`);
}

export function asArray(json: Json | undefined, what: string): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', `The request needs ${what} at [line:1, column:1]`);
}

/** A parsed body back to text, numbers as they came. */
export function writeJson(json: Json): string {
  if (json instanceof ExactNumber) return json.text;
  if (Array.isArray(json)) return `[${(json as readonly Json[]).map(writeJson).join(',')}]`;
  if (isObject(json)) {
    const members = Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}:${writeJson(value)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(json);
}
