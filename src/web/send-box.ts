import { Mode } from '../protocol/event.ts';
import type { CommentDraft } from '../protocol/frame.ts';
import { byId } from './dom.ts';
import { oneLine } from './one-line.ts';
import { isHeld, refusalText } from './refusal-text.ts';

const MAX_CODE_POINTS = 200;
/** From here on the counter stands out. */
const NEAR_MAX = 180;

/** What the send box does with a comment. Rejects with a `ClientError`. */
export type SendComment = (draft: CommentDraft) => Promise<unknown>;

interface SendBox {
  /** Tells the writer something more. */
  say(message: string): void;
  /** The writer's own comment was told to everyone: it is not waited for any more. */
  told(comment: string): void;
}

/** The box that comments are written in. A text leaves it at once, and comes back when it is refused. */
export function startSendBox(send: SendComment): SendBox {
  const form = byId('send-form', HTMLFormElement);
  const text = byId('send-text', HTMLInputElement);
  const button = byId('send-button', HTMLButtonElement);
  const counter = byId('send-counter', HTMLElement);
  const problem = byId('send-error', HTMLElement);

  const update = () => {
    const length = codePoints(oneLine(text.value));
    counter.textContent = `${length}/${MAX_CODE_POINTS}`;
    counter.dataset['level'] = length > MAX_CODE_POINTS ? 'over' : length >= NEAR_MAX ? 'near' : 'fine';
    button.disabled = length === 0 || length > MAX_CODE_POINTS;
  };

  /** The comment that waits for a moderator, as long as the writer is told so. */
  let held: string | undefined;
  const say = (message: string) => {
    held = undefined;
    problem.textContent = message;
    problem.hidden = message === '';
    text.setAttribute('aria-invalid', String(message !== ''));
  };

  const submit = async () => {
    const written = text.value;
    const cleaned = oneLine(written);
    if (cleaned === '' || codePoints(cleaned) > MAX_CODE_POINTS) return;
    text.value = '';
    say('');
    update();
    try {
      await send({ text: cleaned, mode: modeOf(form), color: colorOf(form) });
    } catch (error) {
      if (isHeld(error)) {
        say(refusalText(error));
        held = cleaned;
        return;
      }
      // What is typed meanwhile stays: the refused text is then in the message.
      const isFree = text.value === '';
      if (isFree) text.value = written;
      say(isFree ? refusalText(error) : `${refusalText(error)} It was: ${cleaned}`);
      update();
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  text.addEventListener('input', () => {
    say('');
    update();
  });
  update();
  const told = (comment: string) => {
    if (comment === held) say('');
  };
  return { say, told };
}

function modeOf(form: HTMLFormElement): Mode {
  const mode = new FormData(form).get('mode');
  return Object.values(Mode).find((one) => one === mode) ?? 'scroll';
}

function colorOf(form: HTMLFormElement): number {
  const color = new FormData(form).get('color');
  return typeof color === 'string' && /^[0-9a-f]{6}$/.test(color) ? Number.parseInt(color, 16) : 0xffffff;
}

function codePoints(text: string): number {
  return [...text].length;
}
