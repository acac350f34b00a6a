import type { Connection } from '../client/types.ts';
import { connectionDetail, connectionLabel, isConnected } from './connection-label.ts';
import { create } from './dom.ts';
import { SteadyState } from './steady-state.ts';

/** A connection that comes up sooner than this is not spoken of: the overlay is on air. */
const GRACE_MS = 2000;
const LOOK_MS = 250;

/** Shows on an overlay that its connection is down, why, and when it is tried again; nothing while events come. */
export function startConnectionNotice(parent: HTMLElement, connection: Connection): void {
  const notice = create('p', 'message message-bad');
  notice.dataset['testid'] = 'connection-notice';
  // It stands in a live region, and its seconds are not to be read out each.
  notice.setAttribute('aria-live', 'off');
  const steady = new SteadyState();
  const startedAt = Date.now();
  let timer: number | undefined;

  const show = () => {
    window.clearTimeout(timer);
    const now = Date.now();
    const state = steady.show(connection.state, now);
    if (!isConnected(connection.state) && connection.state.kind !== 'closed') timer = window.setTimeout(show, LOOK_MS);
    if (isConnected(state)) {
      notice.remove();
      return;
    }
    if (state.kind === 'connecting' && state.attempt <= 1 && now - startedAt < GRACE_MS) return;
    const { text } = connectionLabel(state, now);
    const problem = state.kind === 'offline' ? connectionDetail(state) : '';
    const message = problem === '' ? text : `${text}: ${problem}`;
    if (notice.textContent !== message) notice.textContent = message;
    if (!notice.isConnected) parent.append(notice);
  };

  connection.on('state', show);
  show();
}
