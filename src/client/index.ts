export type {
  Batch,
  Comment,
  Enter,
  Event,
  EventBody,
  Gift,
  Like,
  LoggedLane,
  Notice,
  Online,
  Retract,
  Settings,
  Superchat,
  User,
} from '../protocol/event.ts';
export { DEFAULT_COLOR, DEFAULT_SIZE, formatRef, Lane, Mode } from '../protocol/event.ts';
export type { CommentDraft, Joined } from '../protocol/frame.ts';
export { ClientError } from './client-error.ts';
export { connect } from './connect.ts';
export { TRANSPORTS, type Transport } from './transport.ts';
export type {
  Connection,
  ConnectionEvents,
  ConnectionState,
  ConnectOptions,
  Echo,
  Settled,
  ToldEvent,
  WebSocketConstructor,
  WebSocketLike,
} from './types.ts';
