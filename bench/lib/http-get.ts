import { Agent, type IncomingMessage, request } from 'node:http';

/** An answer as it came over the wire: not decompressed, names of headers as they were written. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Of the status line and the headers, with the empty line. */
  readonly headBytes: number;
}

const agent = new Agent({ keepAlive: true });

/** GET over a connection that is kept. Unlike `fetch` it leaves a compressed body as it is. */
export async function httpGet(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent, headers }, resolve).on('error', reject).end();
  });
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer); // no encoding is set
  const { statusCode: status = 0, statusMessage = '', rawHeaders } = response;
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return { status, headers: pairs, body: Buffer.concat(parts), headBytes: headBytesOf(`HTTP/1.1 ${status} ${statusMessage}`, pairs) };
}

/** GET of something in JSON. @throws Error for any other status than 200 */
export async function getJson(url: string): Promise<unknown> {
  const { status, body } = await httpGet(url);
  if (status !== 200) throw new Error(`GET ${url} answered ${status}: ${body}`);
  return JSON.parse(body.toString());
}

/** How many bytes a status line and headers take on the wire: each line and the empty one end in two. */
export function headBytesOf(statusLine: string, headers: readonly (readonly [string, string])[]): number {
  const lines = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return statusLine.length + 2 + lines + 2;
}
