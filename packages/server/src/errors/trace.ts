/** Errors as a log may hold them. */

interface Trace {
  readonly name: string;
  readonly code: string | null;
  readonly frames: string;
  readonly cause: Trace | null;
}

/** An error without its message: messages of Postgres and of Salesforce quote values (SEC3). */
export const traceOf = (error: unknown, depth = 0): Trace | null => {
  if (!(error instanceof Error) || depth > 4) return null;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .join('\n');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, code, frames, cause: traceOf(error.cause, depth + 1) };
};
