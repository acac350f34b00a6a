import type { Dialect } from './dialect.ts';

/** One comment in JSON a message, and nothing else: `{"id":17,"at":1795300000000,"text":"666",…}`. */
export const jsonDialect: Dialect = {
  welcome: 'upgrade',
  read({ bytes, start, end }) {
    return { times: [timeOf(JSON.parse(bytes.toString('utf8', start, end)))] };
  },
};

/** When the server took a comment in, Unix milliseconds. @throws Error when the message is no comment */
export function timeOf(comment: unknown): number {
  if (typeof comment !== 'object' || comment === null || !('at' in comment) || typeof comment.at !== 'number') {
    throw new Error(`not a comment: ${JSON.stringify(comment)}`);
  }
  return comment.at;
}
