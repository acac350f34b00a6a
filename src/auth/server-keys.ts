import { createHash, timingSafeEqual } from 'node:crypto';

/** The keys of platform backends. With none set, the server is open and admits every call. */
export class ServerKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isOpen(): boolean {
    return this.#digests.length === 0;
  }

  /** @param authorization - the request's header, `Bearer KEY` */
  admit(authorization: string): boolean {
    if (this.isOpen) return true;
    const [, key] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (key === undefined) return false;
    // Digests are of one length, and all are compared: neither a key's length nor its beginning shows in the time.
    const given = digest(key);
    return this.#digests.map((known) => timingSafeEqual(known, given)).includes(true);
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
