import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchRoom, fetchRooms } from '../../src/web/room-info.ts';

describe('fetchRooms() and fetchRoom()', () => {
  const fetchStub = vi.fn<typeof fetch>();
  let timeout = new AbortController();
  const timeoutStub = vi.spyOn(AbortSignal, 'timeout');

  beforeEach(() => {
    timeout = new AbortController();
    timeoutStub.mockReset().mockImplementation(() => timeout.signal);
    fetchStub.mockReset();
    vi.stubGlobal('fetch', fetchStub);
    return () => vi.unstubAllGlobals();
  });

  /** As fetch does: it rejects with the reason of its signal. */
  const untilAborted = (signal: AbortSignal | null | undefined) =>
    new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

  test('a request without an answer ends after five seconds', async () => {
    fetchStub.mockImplementation((_, init) => untilAborted(init?.signal));
    const [rooms, room] = [fetchRooms(), fetchRoom('demo')];
    timeout.abort(new DOMException('timed out', 'TimeoutError'));
    await expect(rooms).rejects.toThrow('the server does not answer');
    expect(await room).toBe(undefined);
    expect(timeoutStub.mock.calls).toEqual([[5000], [5000]]);
  });

  test('so does one whose answer does not end', async () => {
    fetchStub.mockImplementation(async (_, init) => {
      const json = () => {
        queueMicrotask(() => timeout.abort(new DOMException('timed out', 'TimeoutError')));
        return untilAborted(init?.signal);
      };
      return { ok: true, json } as unknown as Response; // nothing else of it is read
    });
    await expect(fetchRooms()).rejects.toThrow('the server does not answer');
  });

  test('a network without the server, and a server that refuses, are told apart', async () => {
    fetchStub.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(fetchRooms()).rejects.toThrow('the server cannot be reached');
    fetchStub.mockResolvedValueOnce(new Response('', { status: 503 }));
    await expect(fetchRooms()).rejects.toThrow('the server answered with status 503');
    fetchStub.mockResolvedValueOnce(Response.json({ likes: 3, settings: { title: 'Singing' } }));
    expect(await fetchRoom('demo')).toEqual({ likes: 3, settings: { title: 'Singing' } });
    const settings = { title: 'Singing', chatPerSecond: 20, badges: ['vip'], muted: true };
    fetchStub.mockResolvedValueOnce(Response.json({ likes: 3, settings }));
    expect(await fetchRoom('demo')).toEqual({ likes: 3, settings });
    fetchStub.mockResolvedValueOnce(Response.json({ likes: 3, settings: { title: 5, emoteOnly: 1, badges: ['vip', 5], minLevel: '3' } }));
    expect(await fetchRoom('demo')).toEqual({ likes: 3, settings: { badges: ['vip'] } });
  });
});
