import { Agent, request } from 'node:http';

export interface KeptCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token: string;
  readonly body?: string;
}

/** One connection over HTTP that is kept, and one request at a time on it. */
export class KeptConnection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  /** @param url - `http://…` */
  constructor(url: string) {
    this.#url = url;
  }

  /** @returns the answer's body @throws Error for any other status than 200 */
  call({ method, path, token, body = '' }: KeptCall): Promise<string> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const called = request(this.#url + path, { agent: this.#agent, method, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          answer += part;
        });
        response.on('end', () => (response.statusCode === 200 ? resolve(answer) : reject(new Error(`refused: ${answer}`))));
      });
      called.on('error', reject);
      called.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
