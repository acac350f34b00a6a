import { z } from 'zod';
import { accept, type Result, refuse } from './error-catalog.ts';
import { type Comment, DEFAULT_COLOR, DEFAULT_SIZE, type EventBody, Mode, type Settings, type User } from './event.ts';
import { field } from './fields.ts';
import type { CommentDraft } from './frame.ts';
import { parse, pathText } from './parse.ts';

const MAX_EVENTS = 100;

/** An event as a platform backend publishes it: the broker gives it its offset and time, and a like its total. */
export type PublishedBody = Exclude<EventBody, { like: unknown } | { online: unknown }> | { readonly like: { readonly count: number } };

/** Settings as they are given: a mode may be said to be off. */
type GivenSettings = { readonly [N in keyof Settings]: (NonNullable<Settings[N]> extends true ? boolean : Settings[N]) | undefined };

const types = {
  comment: z
    .strictObject({
      user: field.badgedUser,
      text: field.commentText,
      mode: field.mode.optional(),
      color: field.color.optional(),
      size: field.size.optional(),
    })
    .transform((draft) => commentOf(draft, draft.user)),
  gift: z
    .strictObject({
      user: field.badgedUser,
      giftId: field.name,
      name: field.name.optional(),
      count: field.count.optional(),
      combo: field.count.optional(),
      value: field.value,
    })
    .transform(({ name, count = 1, combo, ...gift }) => ({
      ...gift,
      name: name ?? gift.giftId,
      count,
      ...(combo !== undefined && { combo }),
    })),
  superchat: z.strictObject({ user: field.badgedUser, text: field.commentText, value: field.value, pinMs: field.pinMs }),
  notice: z.strictObject({ text: field.noticeText }),
  retract: z.strictObject({ refs: z.array(field.ref).min(1).max(100) }),
  state: z
    .strictObject({
      title: field.name.optional(),
      chatPerSecond: field.chatPerSecond.optional(),
      slowModeSeconds: field.slowModeSeconds.optional(),
      minLevel: field.level.optional(),
      badges: field.badges.optional(),
      followersOnly: z.boolean().optional(),
      emoteOnly: z.boolean().optional(),
      muted: z.boolean().optional(),
      blockedWords: field.blockedWords.optional(),
    })
    .transform(settingsOf),
  like: z.strictObject({ count: field.count }),
  enter: z.strictObject({ user: field.user }),
};

// Made once: zod compiles a schema when it first parses, which costs twenty times what parsing does.
const eventList = z.strictObject({ events: z.array(z.unknown()) });

const typeNames = Object.keys(types) as (keyof typeof types)[];

/** Checks the body of `POST …/events`: `{"events": […]}` with 1 to 100 events. One that is wrong refuses all. */
export function parseEvents(decoded: unknown): Result<PublishedBody[]> {
  const body = parse(eventList, decoded, 'body');
  if (!body.ok) return body;
  const { events } = body.value;
  if (events.length < 1 || events.length > MAX_EVENTS)
    return refuse('too_many_events', { message: `events holds ${events.length} events, 1 to ${MAX_EVENTS} are taken` });
  const bodies: PublishedBody[] = [];
  for (const [index, event] of events.entries()) {
    const parsed = parseEvent(event, `events[${index}]`);
    if (!parsed.ok) return parsed;
    bodies.push(parsed.value);
  }
  return accept(bodies);
}

/**
 * A room's settings after a change, which comes as a JSON merge patch (RFC 7396): what it names is set, and unset by `null`.
 */
export function patchSettings(settings: Settings, patch: unknown): Result<Settings> {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return refuse('invalid_field', { message: 'settings must be an object' });
  }
  const known = Object.keys(patch).filter((name) => Object.hasOwn(types.state.in.shape, name));
  const unknown = Object.keys(patch).find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse('unknown_field', { message: `${pathText('settings', [unknown])} is not a known field` });
  const patched = Object.entries({ ...settings, ...patch }).filter(([, value]) => value !== null);
  return parse(types.state, Object.fromEntries(patched), 'settings');
}

/** The comment that a draft becomes when `user` says it. */
export function commentOf(draft: Omit<CommentDraft, 'user'>, user: User): Comment {
  const { text, mode = Mode.scroll, color = DEFAULT_COLOR, size = DEFAULT_SIZE } = draft;
  return { user, text, mode, color, size, repeat: 1 };
}

/** Settings in their one form: what sets nothing (no, none, an empty list) is left out, so that equal settings have equal bytes. */
function settingsOf(given: GivenSettings): Settings {
  const { title, chatPerSecond, slowModeSeconds, minLevel, badges, followersOnly, emoteOnly, muted, blockedWords } = given;
  return {
    ...(title !== undefined && { title }),
    ...(chatPerSecond && { chatPerSecond }),
    ...(slowModeSeconds && { slowModeSeconds }),
    ...(minLevel && { minLevel }),
    ...(badges?.length && { badges }),
    ...(followersOnly && { followersOnly }),
    ...(emoteOnly && { emoteOnly }),
    ...(muted && { muted }),
    ...(blockedWords?.length && { blockedWords }),
  };
}

function parseEvent(event: unknown, what: string): Result<PublishedBody> {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return refuse('invalid_field', { message: `${what} must be an object` });
  }
  const given = Object.keys(event);
  const [name, second] = given;
  if (name === undefined || second !== undefined || !isTypeName(name)) {
    const unknown = given.find((key) => !isTypeName(key));
    if (unknown !== undefined) return refuse('unknown_field', { message: `${pathText(what, [unknown])} is not a known field` });
    return refuse('invalid_field', { message: `${what} must hold exactly one of ${typeNames.join(', ')}` });
  }
  const schema: z.ZodType<unknown> = types[name];
  const parsed = parse(schema, (event as Record<string, unknown>)[name], `${what}.${name}`);
  // The schema of `name` has answered the value that belongs to it.
  return parsed.ok ? accept({ [name]: parsed.value } as unknown as PublishedBody) : parsed;
}

function isTypeName(name: string): name is keyof typeof types {
  return Object.hasOwn(types, name);
}
