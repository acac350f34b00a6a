import { isRoomId } from '../protocol/room-id.ts';
import { byId } from './dom.ts';
import { formatCount } from './format.ts';
import { tokenOfHash } from './page-token.ts';
import { RoomCards } from './room-cards.ts';
import { fetchRooms, type RoomSummary } from './room-info.ts';

const REFRESH_MS = 4000;

const cards = new RoomCards(byId('rooms', HTMLElement));
const note = byId('rooms-note', HTMLElement);
const empty = byId('rooms-empty', HTMLElement);

startOpenForm();
void refreshForever();

async function refreshForever(): Promise<void> {
  // A page in the background need not know.
  if (!document.hidden) await refresh();
  setTimeout(refreshForever, REFRESH_MS);
}

async function refresh(): Promise<void> {
  try {
    showRooms(await fetchRooms(tokenOfHash(location.hash)));
  } catch (error) {
    // What was known stays, and the note says that it may be old.
    note.textContent = `Cannot list rooms: ${error instanceof Error ? error.message : 'unknown error'}. Trying again.`;
    note.dataset['tone'] = 'bad';
  }
}

function showRooms(rooms: RoomSummary[]): void {
  const viewers = rooms.reduce((sum, { online }) => sum + online, 0);
  cards.show([...rooms].sort((a, b) => b.online - a.online || (a.room < b.room ? -1 : 1)));
  empty.hidden = rooms.length > 0;
  note.dataset['tone'] = 'good';
  note.textContent = rooms.length === 0 ? '' : `${rooms.length} ${rooms.length === 1 ? 'room' : 'rooms'}, ${formatCount(viewers)} watching`;
}

function startOpenForm(): void {
  const form = byId('open-form', HTMLFormElement);
  const input = byId('open-room', HTMLInputElement);
  const problem = byId('open-error', HTMLElement);
  const say = (message: string) => {
    problem.textContent = message;
    problem.hidden = message === '';
    input.setAttribute('aria-invalid', String(message !== ''));
  };
  input.addEventListener('input', () => say(''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const room = input.value.trim();
    if (!isRoomId(room)) {
      say('A room id is 1 to 64 of the characters A-Z a-z 0-9 _ -');
      input.focus();
      return;
    }
    const { submitter } = event;
    const page = (submitter instanceof HTMLButtonElement && submitter.value) || 'watch';
    location.assign(`/${page}/${room}${location.hash}`);
  });
}
