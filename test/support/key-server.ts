import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { VIEWER_CLAIMS } from './tokens.ts';

export interface SigningKey {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly pair: GenerateKeyPairResult;
  readonly jwk: JWK;
}

export async function signingKey(kid: string | undefined, alg = 'ES256'): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, pair, jwk: { ...(await exportJWK(pair.publicKey)), ...(kid !== undefined && { kid }) } };
}

export function signedBy({ kid, alg, pair }: SigningKey, claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ ...VIEWER_CLAIMS, ...claims }).setProtectedHeader({ alg, ...(kid !== undefined && { kid }) }).sign(pair.privateKey);
}

type Answer = (response: ServerResponse) => void;

/** A real HTTP server with a key set, as an identity provider has one. */
export class KeyServer {
  readonly #server: Server;
  /** How it answers: by default 200 and `keys`. */
  answer: Answer | undefined;
  keys: readonly object[] = [];
  requests = 0;

  private constructor() {
    this.#server = createServer((_, response) => {
      this.requests++;
      if (this.answer) this.answer(response);
      else response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys: this.keys }));
    });
  }

  static async start(...keys: readonly SigningKey[]): Promise<KeyServer> {
    const server = new KeyServer();
    server.publish(...keys);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/keys.json`;
  }

  publish(...keys: readonly SigningKey[]): void {
    this.keys = keys.map(({ jwk }) => jwk);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
