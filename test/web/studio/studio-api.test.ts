import { beforeEach, describe, expect, test, vi } from 'vitest';
import { StudioApi } from '../../../src/web/studio/studio-api.ts';

describe('StudioApi', () => {
  const fetchStub = vi.fn<typeof fetch>();
  beforeEach(() => {
    fetchStub.mockReset();
    vi.stubGlobal('fetch', fetchStub);
    return () => vi.unstubAllGlobals();
  });
  const api = new StudioApi({ room: 'r1', token: 'a.b.c' });
  const sent = () => {
    const [url, { method, headers, body } = {}] = fetchStub.mock.lastCall ?? [];
    return { url, method, headers, body: typeof body === 'string' ? JSON.parse(body) : undefined };
  };

  test('asks for the moderation state with the tag it has, and takes 304 for unchanged', async () => {
    fetchStub.mockResolvedValueOnce(Response.json({ held: [] }, { headers: { etag: '"7"' } }));
    expect(await api.moderation(undefined)).toEqual({ state: { sanctions: [], held: [], audit: [] }, etag: '"7"' });
    expect(sent()).toMatchObject({ url: '/v1/rooms/r1/moderation', headers: { authorization: 'Bearer a.b.c' } });
    fetchStub.mockResolvedValueOnce(new Response(null, { status: 304 }));
    expect(await api.moderation('"7"')).toBe('unchanged');
    expect(sent().headers).toMatchObject({ 'if-none-match': '"7"' });
  });

  test('sends an action with its reason, and without one', async () => {
    fetchStub.mockImplementation(async () => Response.json({ result: 'applied', version: 2, refs: ['c17'] }));
    expect(await api.act({ delete: { refs: ['c17'] } }, 'spam')).toEqual({ isUnchanged: false, refs: ['c17'] });
    expect(sent()).toMatchObject({ url: '/v1/rooms/r1/moderation', method: 'POST', body: { delete: { refs: ['c17'] }, reason: 'spam' } });
    await api.act({ ban: { user: 'u1' } }, '');
    expect(sent().body).toEqual({ ban: { user: 'u1' } });
    fetchStub.mockResolvedValueOnce(Response.json({ result: 'unchanged', version: 2 }));
    expect(await api.act({ ban: { user: 'u1' } }, '')).toEqual({ isUnchanged: true, refs: [] });
  });

  test('answers the settings as they are after a change', async () => {
    fetchStub.mockResolvedValueOnce(Response.json({ epoch: 'e', ref: 'p1', settings: { slowModeSeconds: 10, odd: 1 } }));
    expect(await api.changeSettings({ slowModeSeconds: 10, emoteOnly: null })).toEqual({ slowModeSeconds: 10 });
    expect(sent()).toMatchObject({ url: '/v1/rooms/r1/settings', body: { slowModeSeconds: 10, emoteOnly: null } });
  });

  test('sends comments and events', async () => {
    fetchStub.mockImplementation(async () => Response.json({ epoch: 'e' }));
    await api.comment({ text: 'hi' });
    expect(sent()).toMatchObject({ url: '/v1/rooms/r1/comments', body: { text: 'hi' } });
    await api.publish([{ notice: { text: 'hi' } }]);
    expect(sent()).toMatchObject({ url: '/v1/rooms/r1/events', body: { events: [{ notice: { text: 'hi' } }] } });
  });

  test('a refusal, a network without the server, and a stranger’s answer are told apart', async () => {
    const error = { code: 'moderation_full', message: 'too many', temporary: false };
    fetchStub.mockResolvedValueOnce(Response.json({ error }, { status: 409 }));
    await expect(api.act({ ban: { user: 'u1' } }, '')).rejects.toMatchObject(error);
    fetchStub.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(api.moderation(undefined)).rejects.toMatchObject({ code: 'offline', temporary: true });
    fetchStub.mockResolvedValueOnce(new Response('<html>', { status: 502 }));
    await expect(api.moderation(undefined)).rejects.toMatchObject({ code: 'unexpected_answer', temporary: true });
  });

  test('whether guests may watch is asked without the token', async () => {
    for (const [status, isFree] of [
      [200, true],
      [401, false],
      [503, undefined],
    ] as const) {
      fetchStub.mockResolvedValueOnce(new Response(null, { status }));
      expect(await api.guestsMayWatch()).toBe(isFree);
      expect(sent().headers).toBe(undefined);
    }
    fetchStub.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    expect(await api.guestsMayWatch()).toBe(undefined);
  });
});
