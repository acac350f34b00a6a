import type { Admission } from '../auth/admission.ts';
import type { Clock } from '../clock.ts';
import { accept } from '../protocol/error-catalog.ts';
import { parseModeration } from '../protocol/moderation-schema.ts';
import type { ModerationView, Moderator } from '../session/moderator.ts';
import { backendCallOf, bodyOf } from './read-call.ts';
import type { HttpCall, HttpReply, Route } from './route.ts';

export interface ModerationRoutesOptions {
  readonly moderator: Moderator;
  readonly admission: Admission;
  readonly clock: Clock;
}

/** The calls of streamers and moderators, and of backends in their place. Shapes are those of the README's contract. */
export function moderationRoutes(options: ModerationRoutesOptions): Route[] {
  return [
    { path: '/v1/rooms/:room/moderation', get: (call) => tellModeration(call, options), post: (call) => moderate(call, options) },
    { path: '/v1/rooms/:room/settings', post: (call) => changeSettings(call, options) },
  ];
}

async function tellModeration(call: HttpCall, { admission, clock, moderator }: ModerationRoutesOptions): Promise<HttpReply> {
  const caller = await backendCallOf(call, admission);
  if (!caller.ok) return caller;
  const { room, speaker } = caller.value;
  const view = await moderator.read(room, speaker);
  if (!view.ok) return view;
  const etag = etagOf(view.value);
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'private, no-cache', ETag: etag };
  if (call.ifNoneMatch === etag) return { status: 304, headers, body: '' };
  const { audit, held, sanctions, version } = view.value;
  const body = JSON.stringify({ room, version, at: clock.unixMs(), sanctions: sanctions.map(plainSanction), held, audit });
  return { status: 200, headers, body };
}

async function moderate(call: HttpCall, { admission, moderator }: ModerationRoutesOptions): Promise<HttpReply> {
  const caller = await backendCallOf(call, admission);
  if (!caller.ok) return caller;
  const command = bodyOf(call, parseModeration);
  if (!command.ok) return command;
  const done = await moderator.act(caller.value.room, command.value, caller.value.speaker);
  return done.ok ? { json: done.value } : done;
}

async function changeSettings(call: HttpCall, { admission, moderator }: ModerationRoutesOptions): Promise<HttpReply> {
  const caller = await backendCallOf(call, admission);
  if (!caller.ok) return caller;
  const patch = bodyOf(call, accept);
  if (!patch.ok) return patch;
  const set = await moderator.set(caller.value.room, patch.value, caller.value.speaker);
  return set.ok ? { json: set.value } : set;
}

/** Another one where anything was done, where a mute has ended, and where the log was lost and counts anew. */
function etagOf({ epoch, sanctions, version }: ModerationView): string {
  return `"${epoch}-${version}-${sanctions.length}"`;
}

function plainSanction({ kind, whom, untilMs }: ModerationView['sanctions'][number]): object {
  const subject = kind === 'revokedToken' ? { tokenId: whom } : { user: whom };
  return { kind, ...subject, ...(untilMs !== undefined && { untilMs }) };
}
