import { connect } from '../client/index.ts';
import { startConnectionNotice } from './connection-notice.ts';
import { byId, create } from './dom.ts';
import { parseOverlayOptions } from './overlay-options.ts';
import { feedRoom } from './room-feed.ts';
import { roomOfPath } from './room-path.ts';
import { Player } from './stage/player.ts';

/** Long enough to be read by a streamer who sets the overlay up, then gone from the broadcast. */
const SHOW_PROBLEMS_MS = 10_000;

const messages = byId('messages', HTMLElement);
const { options, problems } = parseOverlayOptions(location.search);
for (const problem of problems) showForAWhile(problem);

const path = roomOfPath(location.pathname);
if ('room' in path) play(path.room);
else messages.append(create('p', 'message message-bad', path.problem));

function play(room: string): void {
  const canvas = byId('stage', HTMLCanvasElement);
  canvas.style.opacity = String(options.opacity);
  const player = new Player(canvas, options);
  const { transport } = options;
  const connection = connect(transport ? { room, transport } : { room });
  startConnectionNotice(messages, connection);
  feedRoom(connection, { player, handler: {} });
}

function showForAWhile(problem: string): void {
  const message = create('p', 'message', problem);
  messages.append(message);
  setTimeout(() => {
    message.classList.add('message-fading');
    message.addEventListener('transitionend', () => message.remove());
    // A hidden source runs no transitions.
    setTimeout(() => message.remove(), 2000);
  }, SHOW_PROBLEMS_MS);
}
