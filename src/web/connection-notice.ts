import type { Connection } from '../client/types.ts';
import { connectionDetail, connectionLabel, isConnected } from './connection-label.ts';
import { create } from './dom.ts';

/** A connection that comes up sooner than this is not spoken of: the overlay is on air. */
const GRACE_MS = 2000;
const COUNTDOWN_MS = 250;

/** Shows on an overlay that its connection is down, why, and when it is tried again; nothing while events come. */
export function startConnectionNotice(parent: HTMLElement, connection: Connection): void {
  const notice = create('p', 'message message-bad');
  notice.dataset['testid'] = 'connection-notice';
  const startedAt = Date.now();
  let timer: number | undefined;

  const show = () => {
    window.clearTimeout(timer);
    const { state } = connection;
    if (isConnected(state)) {
      notice.remove();
      return;
    }
    const now = Date.now();
    if (state.kind === 'connecting' && state.attempt <= 1 && now - startedAt < GRACE_MS) {
      timer = window.setTimeout(show, GRACE_MS);
      return;
    }
    const { text } = connectionLabel(state, now);
    const problem = state.kind === 'offline' ? connectionDetail(state) : '';
    const message = problem === '' ? text : `${text}: ${problem}`;
    if (notice.textContent !== message) notice.textContent = message;
    if (!notice.isConnected) parent.append(notice);
    if (state.kind === 'offline') timer = window.setTimeout(show, COUNTDOWN_MS);
  };

  connection.on('state', show);
  show();
}
