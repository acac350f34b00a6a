import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import type { PollAnswer } from '../../src/protocol/poll-answer.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: not decompressed. */
  readonly body: Buffer;
}

export interface RawOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates to trust, in PEM form. */
  readonly ca?: string;
}

/** A request on a connection of its own, whose headers are those given and no more: `fetch` would add some, and decompress. */
export async function rawRequest(url: string, options: RawOptions = {}): Promise<RawReply> {
  const response = await begin(url, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer); // no encoding is set: chunks are buffers
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** As `rawRequest`, up to the headers: the body is the caller's to read, or not. */
export function begin(url: string, { method = 'GET', headers = {}, body, ca }: RawOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestOverTls : request;
    send(url, { method, headers, agent: false, ca }, resolve).on('error', reject).end(body);
  });
}

/** The answer in a reply, from whatever format and encoding the headers tell. @throws Error when it is none */
export function answerOf({ headers, body }: RawReply): PollAnswer {
  const codec = headers['content-type'] === protobufAnswerCodec.contentType ? protobufAnswerCodec : jsonAnswerCodec;
  const answer = codec.decode(plainBody({ headers, body }));
  if (!answer) throw new Error(`no answer to a poll: ${body.subarray(0, 200)}`);
  return answer;
}

export function plainBody({ headers, body }: Pick<RawReply, 'headers' | 'body'>): Buffer {
  const { 'content-encoding': encoding } = headers;
  if (encoding === undefined) return body;
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'br') return brotliDecompressSync(body);
  throw new Error(`no encoding that was asked for: ${encoding}`);
}
