import { Agent, request } from 'node:http';

/** Requests on their way at once: as many as the publisher has. */
const MAX_SOCKETS = 16;

/** Centrifugo's HTTP API (https://centrifugal.dev/docs/server/server_api), as a backend calls it. */
export class CentrifugoApi {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  readonly #url: string;
  readonly #key: string;

  /** @param url - `http://…` */
  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** @throws Error when it is refused: a refusal has status 200 as well, and says so in its body */
  async publish(channel: string, data: object): Promise<void> {
    const body = JSON.stringify({ channel, data });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'X-API-Key': this.#key };
    const answer = await new Promise<string>((resolve, reject) => {
      const call = request(`${this.#url}/api/publish`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = `${response.statusCode} `;
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      call.on('error', reject);
      call.end(body);
    });
    if (!answer.startsWith('200 ') || answer.includes('"error"')) throw new Error(`Centrifugo refuses a publication: ${answer}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
