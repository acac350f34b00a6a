import { connect } from '../client/index.ts';
import type { Settings } from '../protocol/event.ts';
import { ChatColumn } from './chat-column.ts';
import { byId } from './dom.ts';
import { formatCount } from './format.ts';
import { startLikeButton } from './like-button.ts';
import { ALL_MODES, DEFAULT_MAX_ON_SCREEN } from './overlay-options.ts';
import { showPageProblem } from './page-problem.ts';
import { tokenOfHash, userOfToken } from './page-token.ts';
import { Pinned } from './pins/pinned.ts';
import { exposeProbe } from './probe.ts';
import { refusalText } from './refusal-text.ts';
import { feedRoom } from './room-feed.ts';
import { fetchRoom } from './room-info.ts';
import { roomOfPath } from './room-path.ts';
import { RoomStanding } from './room-standing.ts';
import { startSendBox } from './send-box.ts';
import { Player } from './stage/player.ts';
import { startStageControls } from './stage-controls.ts';
import { startStatePill } from './state-pill.ts';
import { parseTransport } from './transport-option.ts';
import { loadViewer, renameViewer } from './viewer.ts';

/** The chat has little height there. */
const SMALL = matchMedia('(max-width: 900px), (max-height: 640px)');

const path = roomOfPath(location.pathname);
if ('room' in path) watch(path.room);
else showPageProblem(path.problem, byId('watch', HTMLElement));

function watch(room: string): void {
  const token = tokenOfHash(location.hash);
  const bearer = token === undefined ? undefined : userOfToken(token);
  let viewer = bearer ?? loadViewer();
  const { transport, problem } = parseTransport(location.search);
  if (problem !== undefined) showNotice(problem);
  const connection = connect({ room, user: viewer, ...(token !== undefined && { token }), ...(transport && { transport }) });
  const scene = { canvas: byId('stage', HTMLCanvasElement), banners: byId('banners', HTMLElement) };
  const player = new Player(scene, { maxOnScreen: DEFAULT_MAX_ON_SCREEN, size: 1, speed: 1, modes: ALL_MODES, minGift: 0 });
  const pinned = new Pinned(byId('pins', HTMLElement), { maxShown: () => (SMALL.matches ? 1 : 2) });
  exposeProbe({ player, pinned });
  const chat = new ChatColumn({
    list: byId('chat-list', HTMLElement),
    newButton: byId('chat-new', HTMLButtonElement),
    empty: byId('chat-empty', HTMLElement),
  });

  const showSettings = ({ title }: Settings) => {
    byId('room-title', HTMLElement).textContent = title ?? room;
    document.title = `${title ?? room} · Barrage`;
  };
  const showOnline = (count: number) => {
    const online = byId('online-count', HTMLElement);
    online.textContent = formatCount(count);
    online.title = `${count} watching`;
  };

  showSettings({});
  byId('room-id', HTMLElement).textContent = room;
  byId('overlay-link', HTMLAnchorElement).href = `/overlay/${room}`;
  startStatePill({ pill: byId('state-pill', HTMLElement), status: byId('state-status', HTMLElement) }, connection);
  startStageControls({ player, scene });
  const standing = new RoomStanding({ ask: () => fetchRoom(room, token), showSettings, likes: startLikeButton(connection) });
  connection.on('joined', (joined) => standing.joined(joined));
  connection.on('online', showOnline);
  const sendBox = startSendBox((draft) => connection.send({ ...draft, user: viewer }));
  feedRoom(connection, {
    player,
    pinned,
    handler: {
      onEvent: (item) => {
        chat.add(item);
        const { event } = item;
        if ('comment' in event && event.comment.user.id === viewer.id) sendBox.told(event.comment.text);
      },
      onSkipped: (count) => chat.skip(count),
      onEpoch: () => chat.forgetRefs(),
      onRetract: (refs) => chat.retract(refs),
      onSettings: (settings) => standing.settings(settings),
      onLike: ({ total }) => standing.likes(total),
      onEcho: (echo) => chat.echo(echo),
      onSettled: (settled) => chat.settle(settled),
      onEchoRetract: (key) => chat.removeEcho(key),
    },
  });

  const name = byId('viewer-name', HTMLInputElement);
  name.value = viewer.name;
  // A token names its bearer.
  name.disabled = bearer !== undefined;
  name.addEventListener('change', () => {
    viewer = renameViewer(viewer, name.value);
    name.value = viewer.name;
  });
  connection.on('denied', (error) => sendBox.say(refusalText(error)));
}

function showNotice(text: string): void {
  const notice = byId('page-notice', HTMLElement);
  notice.textContent = text;
  notice.hidden = false;
}
