import type { ConnectionState, Transport } from '../client/index.ts';

export interface ConnectionLabel {
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly text: string;
}

const TRANSPORT_NAMES: Record<Transport, string> = {
  websocket: 'by WebSocket',
  stream: 'by server-sent events',
  'long-poll': 'by long polls',
  'short-poll': 'by short polls',
};

/** A connection's state in words. */
export function connectionLabel(state: ConnectionState, now: number): ConnectionLabel {
  switch (state.kind) {
    case 'connecting':
      return { tone: 'waiting', text: 'Connecting…' };
    case 'live':
      return { tone: 'good', text: 'Live' };
    case 'polling':
      return { tone: 'good', text: 'Live, polling' };
    case 'offline': {
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      return { tone: 'bad', text: seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting…' };
    }
    case 'closed':
      return { tone: 'bad', text: state.error === undefined ? 'Closed' : `Closed: ${state.error.message}` };
  }
}

/** The state for screen readers: nothing that changes while the state does not, and of a break, however many tries it takes, one word. */
export function connectionAnnouncement(state: ConnectionState): string {
  return state.kind === 'offline' ? 'Connecting…' : connectionLabel(state, 0).text;
}

/** Whether events come, by whatever transport. */
export function isConnected(state: ConnectionState): state is Extract<ConnectionState, { readonly transport: Transport }> {
  return state.kind === 'live' || state.kind === 'polling';
}

/** By what the events come, or why they do not; or nothing. */
export function connectionDetail(state: ConnectionState): string {
  if (isConnected(state)) return TRANSPORT_NAMES[state.transport];
  if (state.kind === 'offline') return state.reason;
  return state.kind === 'closed' ? (state.error?.message ?? '') : '';
}
