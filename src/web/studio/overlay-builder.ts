import { copyText } from '../copy-text.ts';
import { byId, create } from '../dom.ts';
import { type OverlayFields, overlayQuery, overlayTokenProblem } from './overlay-address.ts';

/** A preview that began anew at each key would be refused for coming too often. */
const SETTLE_MS = 700;
const COPIED_MS = 1800;

export interface OverlayBuilderOptions {
  readonly room: string;
  /** The page's own. It never goes into the address. */
  readonly token: string | undefined;
  /** Whether the overlay needs no token at all; nothing when that is not known. */
  readonly guestsMayWatch: () => Promise<boolean | undefined>;
}

/** The form that makes an overlay's address, and the overlay itself in a frame, as long as it is looked at. */
export class OverlayBuilder {
  readonly #options: OverlayBuilderOptions;
  readonly #form = byId('overlay-form', HTMLFormElement);
  readonly #address = byId('overlay-url', HTMLInputElement);
  readonly #token = byId('overlay-token', HTMLInputElement);
  readonly #problems = byId('overlay-problems', HTMLElement);
  readonly #preview = byId('overlay-preview', HTMLElement);
  #isShown = false;
  #isAsked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OverlayBuilderOptions) {
    this.#options = options;
    byId('overlay-mint', HTMLElement).textContent = `npm run token -- --role overlay --room ${options.room} --expires 30d`;
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('input', () => this.#update());
    const copy = byId('overlay-copy', HTMLButtonElement);
    copy.addEventListener('click', async () => {
      copy.textContent = (await copyText(this.#address.value)) ? 'Copied' : 'Copy it by hand';
      setTimeout(() => {
        copy.textContent = 'Copy';
      }, COPIED_MS);
    });
    this.#update();
  }

  /** The preview is a viewer of the room: it is there only while it is seen. */
  setShown(isShown: boolean): void {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    if (isShown && !this.#isAsked) void this.#askWhetherTokenIsNeeded();
    this.#load();
  }

  #update(): void {
    const { room, token } = this.#options;
    const { query, problems } = overlayQuery(this.#fields());
    const written = this.#token.value.trim();
    const tokenProblem = overlayTokenProblem(written, token);
    const hash = written === '' || tokenProblem !== undefined ? '' : `#token=${encodeURIComponent(written)}`;
    const all = tokenProblem === undefined ? problems : [...problems, tokenProblem];
    this.#problems.replaceChildren(...all.map((problem) => create('li', '', problem)));
    this.#problems.hidden = all.length === 0;
    const address = new URL(`/overlay/${room}${query}${hash}`, location.href).href;
    if (this.#address.value === address) return;
    this.#address.value = address;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), SETTLE_MS);
  }

  /** Another element each time: a frame whose address differs only behind the hash does not load again. */
  #load(): void {
    clearTimeout(this.#timer);
    if (!this.#isShown) {
      this.#preview.replaceChildren();
      return;
    }
    const frame = create('iframe', 'preview-frame');
    frame.title = 'Preview of the overlay';
    frame.tabIndex = -1; // nothing in it can be used
    frame.src = this.#address.value;
    this.#preview.replaceChildren(frame);
  }

  async #askWhetherTokenIsNeeded(): Promise<void> {
    this.#isAsked = true;
    const isFree = this.#options.token === undefined ? undefined : await this.#options.guestsMayWatch();
    if (isFree === undefined) return;
    byId('overlay-need', HTMLElement).textContent = isFree
      ? 'Guests may watch this room: the overlay works without a token.'
      : 'This server lets in nobody without a token: the overlay needs one.';
  }

  #fields(): OverlayFields {
    const data = new FormData(this.#form);
    const text = (name: string) => String(data.get(name) ?? '');
    return {
      size: text('size'),
      speed: text('speed'),
      opacity: text('opacity'),
      maxOnScreen: text('maxOnScreen'),
      modes: data.getAll('modes').map(String),
      gifts: data.has('gifts'),
      minGift: text('minGift'),
      superchats: data.has('superchats'),
      transport: text('transport'),
    };
  }
}
