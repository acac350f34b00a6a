import type { Connection } from '../client/types.ts';
import { connectionDetail, connectionLabel, isConnected } from './connection-label.ts';

const COUNTDOWN_MS = 250;

/** Keeps a pill showing where the connection stands, with the seconds until the next try. */
export function startStatePill(pill: HTMLElement, connection: Connection): void {
  let countdown: number | undefined;
  const show = () => {
    const { state } = connection;
    const { tone, text } = connectionLabel(state, Date.now());
    if (pill.textContent !== text) pill.textContent = text;
    pill.dataset['tone'] = tone;
    pill.dataset['state'] = state.kind;
    pill.dataset['transport'] = isConnected(state) ? state.transport : '';
    pill.title = connectionDetail(state);
    window.clearTimeout(countdown);
    if (state.kind === 'offline') countdown = window.setTimeout(show, COUNTDOWN_MS);
  };
  connection.on('state', show);
  show();
}
