import { SECRET, tokenOf } from '../../support/tokens.ts';

const KEY = 'a-server-key';
export const ROOMS = ['r1', 'r2', 'r3', 'r4'];

const hour = Math.floor(Date.now() / 1000) + 3600;
const TOKENS = ['viewer', 'moderator', 'overlay', 'service'].map((role) =>
  tokenOf({ sub: role, role, rooms: ROOMS, exp: hour, jti: role }),
);

/** Tokens and server keys that are good where they are asked for. */
export const CREDENTIALS = [KEY, ...TOKENS];

// So few rooms and events that what is kept of them is full before memory is counted.
const BOUNDS = { MAX_ROOMS: '60', HISTORY_SIZE: '64' };

/** The two ways in which a server runs. */
export const MODES = [
  { name: 'an open server', settings: BOUNDS },
  {
    name: 'a server that checks tokens',
    settings: {
      ...BOUNDS,
      AUTH_SECRET: SECRET,
      SERVER_KEYS: KEY,
      TRUST_PROXY: 'loopback',
      COMMENT_LIMIT: '50/5',
      REPEAT_MS: '1000',
      ALLOWED_ORIGINS: 'https://live.example',
    },
    serverKey: KEY,
  },
];
