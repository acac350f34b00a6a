import { createHash } from 'node:crypto';
import type { Entry } from './entry.ts';

/** Tells equal appends from others: equal entries in equal order have equal bodies. */
export function fingerprintOf(entries: readonly Entry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const said = 'body' in entry ? Buffer.from(entry.body).toString('base64') : JSON.stringify(entry);
    hash.update(`${entry.lane} ${said}\n`);
  }
  return hash.digest('base64');
}
