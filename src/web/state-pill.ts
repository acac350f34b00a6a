import type { Connection } from '../client/types.ts';
import { connectionAnnouncement, connectionDetail, connectionLabel, isConnected } from './connection-label.ts';
import { SteadyState } from './steady-state.ts';

const LOOK_MS = 250;

/**
 * Keeps a pill showing where the connection stands, with the seconds until the next try. `status` says it to screen readers: what changes
 * each second is not for them.
 */
export function startStatePill({ pill, status }: { pill: HTMLElement; status: HTMLElement }, connection: Connection): void {
  const steady = new SteadyState();
  let timer: number | undefined;
  const show = () => {
    const now = Date.now();
    const state = steady.show(connection.state, now);
    const { tone, text } = connectionLabel(state, now);
    setText(pill, text);
    setText(status, connectionAnnouncement(state));
    pill.dataset['tone'] = tone;
    pill.dataset['state'] = state.kind;
    pill.dataset['transport'] = isConnected(state) ? state.transport : '';
    pill.title = connectionDetail(state);
    window.clearTimeout(timer);
    const { kind } = connection.state;
    if (kind === 'offline' || kind === 'connecting') timer = window.setTimeout(show, LOOK_MS);
  };
  connection.on('state', show);
  show();
}

/** Only what differs: an element that is written again may be read out again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
