import { STATUS_CODES } from 'node:http';
import { ERRORS, type ErrorCode } from '../../../src/protocol/error-catalog.ts';
import { jsonAnswerCodec } from '../../../src/protocol/json-answer.ts';
import { protobufAnswerCodec } from '../../../src/protocol/protobuf-answer.ts';
import type { RawAnswer } from '../../support/http-line.ts';
import { plainBody } from '../../support/raw-http.ts';

/** What the library says by itself of a request that it cannot read, or will not: bare, and the connection is over. */
const BARE = [400, 431, 505];
const MAX_MESSAGE = 300;

/** What is wrong with an error as it was told; nothing when it is one of the catalogue. */
export function faultOfError(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return 'no error';
  const { code, message, temporary, retryAfterMs = 0, ...more } = error as Record<string, unknown>;
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) return 'a code that is not in the catalogue';
  const { temporary: isTemporary } = ERRORS[code as ErrorCode];
  if (code === 'internal') return 'a fault of the server';
  if (temporary !== isTemporary) return 'temporary is not what the catalogue says';
  if (typeof message !== 'string' || message.length > MAX_MESSAGE || /\p{Cc}/u.test(message) || !message.isWellFormed())
    return 'its message';
  if (typeof retryAfterMs !== 'number' || !Number.isSafeInteger(retryAfterMs) || retryAfterMs < 0) return 'its retry time';
  if (Object.keys(more).some((name) => name !== 'id')) return 'a field too many';
  return undefined;
}

/** What is wrong with an answer; nothing when it is a success of the contract, or a refusal of the catalogue with its status. */
export function faultOf({ status, headers, body }: RawAnswer, method = 'GET'): string | undefined {
  if (Number.isNaN(status) || STATUS_CODES[status] === undefined) return 'no status';
  if (status < 400) return faultOfSuccess({ status, headers, body }, method);
  if (method === 'HEAD') return status >= 500 && status !== 503 ? 'a fault of the server' : undefined;
  const type = headers['content-type'];
  if (type !== 'application/json') return BARE.includes(status) ? undefined : 'an error that is no JSON';
  const { error, ...more } = JSON.parse(body.toString()) as { error?: { code?: ErrorCode; retryAfterMs?: number } };
  const fault = faultOfError(error);
  if (fault !== undefined || !error?.code) return fault;
  if (Object.keys(more).length > 0) return 'more than an error';
  if (ERRORS[error.code].status !== status) return 'a status that is not the catalogue’s';
  const { retryAfterMs } = error;
  const retry = retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1000));
  // A handshake is answered without the header.
  return headers['retry-after'] === retry || headers['cache-control'] === undefined ? undefined : 'another Retry-After';
}

function faultOfSuccess({ status, headers, body }: RawAnswer, method: string): string | undefined {
  if (status === 204) return method === 'OPTIONS' ? undefined : 'nothing';
  if (status === 304) return headers['etag'] === undefined ? 'a 304 without ETag' : undefined;
  if (status === 101) return headers['upgrade']?.toLowerCase() === 'websocket' ? undefined : 'an upgrade to something else';
  if (status !== 200) return 'a status of no call';
  if (method === 'HEAD') return undefined;
  const encoding = headers['content-encoding'];
  const plain = plainBody({ headers: encoding === undefined ? {} : { 'content-encoding': encoding }, body });
  switch (headers['content-type']) {
    case 'application/json':
      return faultOfJson(JSON.parse(plain.toString()));
    case 'application/x-protobuf':
      return protobufAnswerCodec.decode(plain) ? undefined : 'no answer to a poll';
    case 'text/event-stream':
    case 'text/html; charset=utf-8':
      return undefined;
    default:
      return headers['content-type']?.startsWith('text/plain') ? undefined : 'an unknown type';
  }
}

/** The fields of each call's answer: of a poll those that are always there. */
const SHAPES = [
  ['status'],
  ['rooms'],
  ['room', 'epoch', 'cursor', 'online', 'likes', 'settings'],
  ['room', 'version', 'at', 'sanctions', 'held', 'audit'],
  ['epoch', 'cursor', 'batches'],
  ['epoch', 'refs'],
  ['epoch', 'ref'],
  ['result', 'version'],
  ['epoch'],
];

function faultOfJson(value: object): string | undefined {
  const shape = SHAPES.find((fields) => fields.every((name) => Object.hasOwn(value, name)));
  if (!shape) return 'an answer of no call';
  return shape.includes('batches') && !jsonAnswerCodec.decode(Buffer.from(JSON.stringify(value))) ? 'no answer to a poll' : undefined;
}
