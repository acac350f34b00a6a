/** Settings of a server on which one client may stand for an audience: for measurements, and tests that are not about limits. */
export const NO_LIMITS = {
  COMMENT_LIMIT: 'off',
  LIKE_LIMIT: 'off',
  HANDSHAKE_LIMIT: 'off',
  JOIN_LIMIT: 'off',
  ROOM_LIMIT: 'off',
  ADDRESS_CONNECTIONS: '0',
  USER_CONNECTIONS: '0',
  REFUSAL_LIMIT: 'off',
  REPEAT_MS: '0',
} as const;
