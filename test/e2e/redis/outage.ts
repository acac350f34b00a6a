import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Scene } from './scene.ts';

/** What holds at every server while Redis is away, once `/readyz` has said so. */
export async function expectOutage(scene: Scene): Promise<void> {
  for (const [index, url] of scene.urls.entries()) {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const gift = { user: { id: 'u', name: 'U' }, giftId: 'refused', name: 'Rocket', count: 1, value: 1 };
    const refused = await fetch(`${url}/v1/rooms/r1/events`, { method: 'POST', body: JSON.stringify({ events: [{ gift }] }) });
    expect([refused.status, await refused.json()]).toEqual([
      503,
      { error: { code: 'broker_unavailable', message: expect.any(String), temporary: true, retryAfterMs: expect.any(Number) } },
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const text = `while away ${index}`;
    const said = await fetch(`${url}/v1/rooms/r1/comments`, { method: 'POST', body: JSON.stringify({ text }) });
    expect(said.status).toBe(200);
    expect(((await said.json()) as { ref?: string }).ref ?? '').toBe('');
    // Within this process, to those who are pushed what happens.
    const pushed = scene.witnesses.filter(({ name, room }) => room === 'r1' && name.endsWith(url) && /WebSocket|server-sent/.test(name));
    expect(pushed.length).toBeGreaterThan(0);
    await until(`"${text}" is shown`, () => pushed.every(({ reading }) => reading.ambient.has(text)));
    expect((await fetch(`${url}/v1/rooms/r1/events`)).status).toBe(200);
  }
  scene.note('the outage is as it should be');
}

/** What was refused while Redis was away, and what was not: comments went on, but in no log. */
export function expectRefusals(scene: Scene): void {
  expect(Object.keys(scene.senders.refusals)).toEqual(['broker_unavailable']);
  expect(scene.senders.unstored.length).toBeGreaterThan(0);
}
