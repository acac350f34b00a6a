/**
 * Every error that a peer can be told, on every surface: HTTP answers, WebSocket frames, acks of the SDK.
 *
 * `status` is the HTTP status; `temporary` says whether the same request may succeed later; `message` is what is said when the place
 * that refuses has nothing more exact to say. Messages are for the developer at the other end; programs read `code`.
 */
export const ERRORS = {
  invalid_room: { status: 400, temporary: false, message: 'a room id is 1 to 64 of the characters A-Z a-z 0-9 _ -' },
  invalid_cursor: { status: 400, temporary: false, message: 'a cursor has the form epoch.priority.chat, as a server answered it' },
  invalid_json: { status: 400, temporary: false, message: 'not valid JSON' },
  invalid_utf8: { status: 400, temporary: false, message: 'not valid UTF-8' },
  invalid_frame: { status: 400, temporary: false, message: 'not a frame of this subprotocol' },
  invalid_field: { status: 400, temporary: false, message: 'a field has a wrong type or value' },
  unknown_field: { status: 400, temporary: false, message: 'a field is not known here' },
  missing_field: { status: 400, temporary: false, message: 'a field is missing' },
  empty_text: { status: 400, temporary: false, message: 'text is empty' },
  text_too_long: { status: 400, temporary: false, message: 'text is too long' },
  invalid_text: { status: 400, temporary: false, message: 'text holds control characters or lone surrogates' },
  too_many_events: { status: 400, temporary: false, message: 'events holds 1 to 100 events' },
  unsupported_protocol: {
    status: 400,
    temporary: false,
    message: 'the subprotocols of this server are barrage.v1.protobuf, barrage.v1.protobuf.deflate and barrage.v1.json',
  },
  not_joined: { status: 409, temporary: false, message: 'join a room first' },
  join_timeout: { status: 408, temporary: false, message: 'no room was joined in time' },
  unauthorized: { status: 401, temporary: false, message: 'this needs a valid token, or a server key: Authorization: Bearer …' },
  token_expired: { status: 401, temporary: false, message: 'the token has expired: come with a new one' },
  forbidden: { status: 403, temporary: false, message: 'who came with this token may not do this' },
  origin_denied: { status: 403, temporary: false, message: 'this origin is not in ALLOWED_ORIGINS' },
  not_found: { status: 404, temporary: false, message: 'no such path' },
  method_not_allowed: { status: 405, temporary: false, message: 'this path has no such method' },
  idempotency_mismatch: { status: 409, temporary: false, message: 'this Idempotency-Key was used with other events' },
  body_too_large: { status: 413, temporary: false, message: 'a body holds at most 65536 bytes' },
  frame_too_large: { status: 413, temporary: false, message: 'a frame holds at most 4096 bytes' },
  not_websocket: { status: 426, temporary: false, message: 'this path speaks WebSocket' },
  too_many_commands: { status: 429, temporary: true, message: 'too many commands wait for an answer' },
  slow_down: { status: 429, temporary: true, message: 'this was done too often: wait' },
  repeated_text: { status: 429, temporary: true, message: 'you said the same a moment ago' },
  connection_limit: { status: 429, temporary: true, message: 'you hold as many connections as one may' },
  muted: { status: 429, temporary: true, message: 'you are muted in this room' },
  banned: { status: 403, temporary: false, message: 'you are banned from this room' },
  room_muted: { status: 403, temporary: false, message: 'this room takes no comments for now' },
  followers_only: { status: 403, temporary: false, message: 'only followers may comment in this room' },
  level_too_low: { status: 403, temporary: false, message: 'your level is too low to comment in this room' },
  badge_needed: { status: 403, temporary: false, message: 'only viewers with certain badges may comment in this room' },
  emotes_only: { status: 422, temporary: false, message: 'this room takes comments of emotes only' },
  blocked_text: { status: 422, temporary: false, message: 'this text is not taken here' },
  held_for_review: { status: 422, temporary: false, message: 'this comment waits for a moderator' },
  comment_denied: { status: 403, temporary: false, message: 'a moderator did not let this comment pass' },
  moderation_full: { status: 409, temporary: false, message: 'this room has as many bans and revoked tokens as it may: lift some' },
  moderation_unavailable: { status: 503, temporary: true, message: 'who decides about comments does not answer' },
  room_busy: { status: 503, temporary: true, message: 'more comments come in for this room than are taken' },
  lagging: { status: 503, temporary: true, message: 'what was sent was not read in time' },
  too_many_rooms: { status: 503, temporary: true, message: 'this server holds as many rooms as it may' },
  too_many_connections: { status: 503, temporary: true, message: 'this server holds as many connections as it may' },
  draining: { status: 503, temporary: true, message: 'this server is stopping' },
  broker_unavailable: { status: 503, temporary: true, message: 'the broker does not answer' },
  auth_unavailable: { status: 503, temporary: true, message: 'tokens cannot be checked for now' },
  internal: { status: 500, temporary: true, message: 'the server failed to answer' },
} as const satisfies Record<string, { status: number; temporary: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A refusal as a value: an entry of the catalogue with what is wrong in this case. Its shape is the one on the wire. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly temporary: boolean;
  readonly retryAfterMs?: number;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function refuse(code: ErrorCode, details: { message?: string; retryAfterMs?: number } = {}): { ok: false; refusal: Refusal } {
  const { message = ERRORS[code].message, retryAfterMs } = details;
  const refusal: Refusal = { code, message, temporary: ERRORS[code].temporary };
  return { ok: false, refusal: retryAfterMs === undefined ? refusal : { ...refusal, retryAfterMs } };
}

export function accept<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}
