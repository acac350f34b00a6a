import { copyText } from './copy-text.ts';
import { create } from './dom.ts';
import { formatCount } from './format.ts';
import type { RoomSummary } from './room-info.ts';

/** A page of more would help nobody; the form opens any room. */
const MAX_CARDS = 200;
const COPIED_MS = 1800;

interface Card {
  readonly node: HTMLElement;
  readonly update: (room: RoomSummary) => void;
}

/** The cards of the live rooms. A card stays the same element while its room lives, so that a refresh takes nobody's focus. */
export class RoomCards {
  readonly #list: HTMLElement;
  #cards = new Map<string, Card>();

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  show(rooms: readonly RoomSummary[]): void {
    const shown = rooms.slice(0, MAX_CARDS);
    const cards = new Map(shown.map((room) => [room.room, this.#cards.get(room.room) ?? createCard(room.room)]));
    for (const [room, { node }] of this.#cards) if (!cards.has(room)) node.remove();
    shown.forEach((room, index) => {
      const card = cards.get(room.room);
      card?.update(room);
      // Moved only when it is out of place: moving an element takes the focus off it.
      if (card !== undefined && this.#list.children[index] !== card.node)
        this.#list.insertBefore(card.node, this.#list.children[index] ?? null);
    });
    this.#cards = cards;
  }
}

function createCard(room: string): Card {
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
  actions.append(watch, overlay, copy);
  node.append(head, actions);

  const update = (summary: RoomSummary) => {
    title.textContent = summary.title ?? room;
    id.hidden = summary.title === undefined;
    online.textContent = formatCount(summary.online);
    online.title = `${summary.online} watching`;
    watch.setAttribute('aria-label', `Watch ${room}`);
    overlay.setAttribute('aria-label', `Overlay of ${room}`);
  };
  return { node, update };
}

function link(className: string, { href, text }: { href: string; text: string }): HTMLAnchorElement {
  const anchor = create('a', className, text);
  anchor.href = href;
  return anchor;
}
