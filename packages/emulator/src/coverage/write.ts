/** `npm run coverage`: writes `docs/practice-org.md` from the table. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { coverageDocument } from './document.ts';

writeFileSync(path.join(import.meta.dirname, '../../../../docs/practice-org.md'), coverageDocument());
