import type { ConnectionState } from '../client/types.ts';

export interface ConnectionLabel {
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly text: string;
}

/** A connection's state in words. */
export function connectionLabel(state: ConnectionState, now: number): ConnectionLabel {
  switch (state.kind) {
    case 'connecting':
      return { tone: 'waiting', text: 'Connecting…' };
    case 'live':
      return { tone: 'good', text: 'Live' };
    case 'offline': {
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      return { tone: 'bad', text: seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting…' };
    }
    case 'closed':
      return { tone: 'bad', text: state.error === undefined ? 'Closed' : `Closed: ${state.error.message}` };
  }
}

/** Why there is no connection, or nothing. */
export function connectionProblem(state: ConnectionState): string {
  if (state.kind === 'offline') return state.reason;
  return state.kind === 'closed' ? (state.error?.message ?? '') : '';
}
