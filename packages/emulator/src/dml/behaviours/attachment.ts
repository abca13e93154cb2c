import type { Behaviour } from './behaviours.ts';

/** An attachment knows how long its bytes are. */
export const attachment: Behaviour = {
  complete: (_, { row, changes }) => {
    if (!('Body' in changes)) return { ok: true, values: {} };
    return { ok: true, values: { BodyLength: String(Buffer.from(row['Body'] ?? '', 'base64').length) } };
  },
};
