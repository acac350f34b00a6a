import { STATUS_CODES } from 'node:http';

/** A status as uWebSockets.js takes it: `404 Not Found`. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`;
}
