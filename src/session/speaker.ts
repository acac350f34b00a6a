import type { Identity } from '../auth/identity.ts';

/** Who says something, and from where. A session holds one and may exchange it; a call over HTTP makes its own. */
export interface Speaker {
  readonly identity: Identity;
  /** The client's, not a proxy's. */
  readonly address: string;
}
