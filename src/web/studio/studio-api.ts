import { ClientError } from '../../client/client-error.ts';
import { refusalOf } from '../../client/http-answer.ts';
import type { Settings } from '../../protocol/event.ts';
import type { CommentDraft } from '../../protocol/frame.ts';
import { isRecord, textIn, textsIn } from '../read-json.ts';
import { readSettings } from '../read-settings.ts';
import type { ModerationAction } from './moderation-action.ts';
import { type ModerationState, readModeration } from './moderation-state.ts';

/** A request without an answer holds up what follows it: past this it has failed. */
const TIMEOUT_MS = 8000;

export interface ActionResult {
  /** Nothing changed: it was so already. */
  readonly isUnchanged: boolean;
  /** What was retracted, or the comment that was approved. */
  readonly refs: readonly string[];
}

/** A room as its tag names it; `unchanged` since the tag that was asked with. */
export type ModerationAnswer = 'unchanged' | { readonly state: ModerationState; readonly etag: string | undefined };

type HeaderValues = Readonly<Record<string, string>>;

/** The calls that the studio makes about its room, in its bearer's name. All reject with a `ClientError`. */
export class StudioApi {
  readonly #base: string;
  readonly #headers: HeaderValues;

  constructor({ room, token }: { readonly room: string; readonly token: string | undefined }) {
    this.#base = `/v1/rooms/${room}`;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async moderation(etag: string | undefined): Promise<ModerationAnswer> {
    const { status, headers, body } = await this.#call('/moderation', { headers: etag === undefined ? {} : { 'if-none-match': etag } });
    if (status === 304) return 'unchanged';
    return { state: readModeration(body), etag: headers.get('etag') ?? undefined };
  }

  async act(action: ModerationAction, reason: string): Promise<ActionResult> {
    const { body } = await this.#post('/moderation', reason === '' ? action : { ...action, reason });
    const record = isRecord(body) ? body : {};
    return { isUnchanged: textIn(record, 'result') === 'unchanged', refs: textsIn(record, 'refs') ?? [] };
  }

  /** @param patch - a JSON merge patch (RFC 7396): null takes a setting back. @returns all settings as they are then */
  async changeSettings(patch: object): Promise<Settings> {
    const { body } = await this.#post('/settings', patch);
    return readSettings(isRecord(body) ? body['settings'] : undefined);
  }

  async comment(draft: CommentDraft): Promise<void> {
    await this.#post('/comments', draft);
  }

  async publish(events: readonly object[]): Promise<void> {
    await this.#post('/events', { events });
  }

  /** Whether a viewer without a token may watch the room; nothing when the server does not say. */
  async guestsMayWatch(): Promise<boolean | undefined> {
    try {
      const { status } = await fetch(this.#base, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
      return status === 200 ? true : status === 401 ? false : undefined;
    } catch {
      return undefined; // no server: the page says so elsewhere
    }
  }

  #post(path: string, body: object) {
    return this.#call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  async #call(path: string, { headers, ...init }: { headers: HeaderValues; method?: string; body?: string }) {
    const signal = AbortSignal.timeout(TIMEOUT_MS); // of the body, too
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(this.#base + path, { ...init, headers: { ...this.#headers, ...headers }, cache: 'no-store', signal });
      if (!response.ok && response.status !== 304) throw await refusalOf(response);
      body = response.status === 304 ? undefined : await response.json();
    } catch (error) {
      throw error instanceof ClientError ? error : lostError(signal);
    }
    return { status: response.status, headers: response.headers, body };
  }
}

function lostError({ aborted }: AbortSignal): ClientError {
  const message = aborted ? 'the server does not answer' : 'the server cannot be reached';
  return new ClientError({ code: aborted ? 'timeout' : 'offline', message, temporary: true });
}
