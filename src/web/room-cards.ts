import { copyText } from './copy-text.ts';
import { create } from './dom.ts';
import { formatCount } from './format.ts';
import { type KeyedItem, KeyedList } from './keyed-list.ts';
import type { RoomSummary } from './room-info.ts';

/** A page of more would help nobody; the form opens any room. */
const MAX_CARDS = 200;
const COPIED_MS = 1800;

/** The cards of the live rooms. */
export class RoomCards {
  readonly #cards: KeyedList<RoomSummary>;

  constructor(list: HTMLElement) {
    this.#cards = new KeyedList(list, { keyOf: ({ room }) => room, create: ({ room }) => createCard(room) });
  }

  show(rooms: readonly RoomSummary[]): void {
    this.#cards.show(rooms.slice(0, MAX_CARDS));
  }
}

function createCard(room: string): KeyedItem<RoomSummary> {
  const node = create('li', 'room');
  node.dataset['room'] = room;
  const title = create('bdi', 'room-title');
  const id = create('span', 'room-id', room);
  const online = create('span', 'room-online');
  const names = create('div', 'room-names');
  names.append(title, id);
  const head = create('div', 'room-head');
  head.append(names, online);

  const overlayPath = `/overlay/${room}`;
  const watch = link('button button-primary', { href: `/watch/${room}${location.hash}`, text: 'Watch' });
  const overlay = link('button', { href: overlayPath, text: 'Overlay' });
  const studio = link('button', { href: `/studio/${room}${location.hash}`, text: 'Studio' });
  const copy = create('button', 'button copy', 'Copy overlay URL');
  copy.type = 'button';
  copy.addEventListener('click', async () => {
    const isCopied = await copyText(new URL(overlayPath, location.href).href);
    copy.textContent = isCopied ? 'Copied' : 'Could not copy: use the link';
    setTimeout(() => {
      copy.textContent = 'Copy overlay URL';
    }, COPIED_MS);
  });
  const actions = create('div', 'room-actions');
  actions.append(watch, overlay, studio, copy);
  node.append(head, actions);

  const update = (summary: RoomSummary) => {
    title.textContent = summary.title ?? room;
    id.hidden = summary.title === undefined;
    online.textContent = formatCount(summary.online);
    online.title = `${summary.online} watching`;
    watch.setAttribute('aria-label', `Watch ${room}`);
    overlay.setAttribute('aria-label', `Overlay of ${room}`);
    studio.setAttribute('aria-label', `Studio of ${room}`);
  };
  return { node, update };
}

function link(className: string, { href, text }: { href: string; text: string }): HTMLAnchorElement {
  const anchor = create('a', className, text);
  anchor.href = href;
  return anchor;
}
