import { type Logger, pino } from 'pino';

/** Lines of JSON on standard error, at the level of SYNCLINE_LOG. */
export const createLog = (): Logger =>
  pino({ level: process.env['SYNCLINE_LOG'] ?? 'info', base: null }, pino.destination({ dest: 2, sync: false }));
