import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RedisServer } from '../../support/redis-server.ts';
import { Scene, TRANSPORTS } from './scene.ts';
import type { Witness } from './witness.ts';

const ROOMS = Array.from({ length: 20 }, (_, index) => `room-${index + 1}`);
const COMMENTS = 5000;
const PER_TICK = 20;
/** 1,000 a second. */
const TICK_MS = 20;

// Ten of a room at each server: what is pushed costs a test less than what is asked for.
const STREAMS = TRANSPORTS.filter(({ name }) => name === 'server-sent events');
const CROWD = [...TRANSPORTS.filter(({ name }) => name !== 'long poll, JSON'), ...STREAMS, ...STREAMS, ...STREAMS];

test('two processes, one Redis: 20 rooms, 1,000 comments a second through both, 200 viewers on each, one order for all', async () => {
  const redis = await RedisServer.start();
  const scene = await Scene.start({ environment: { REDIS_URL: redis.url }, rooms: ROOMS, crowd: CROWD, traffic: 'from the test' });
  expect(scene.witnesses).toHaveLength(2 * 200);
  const speakers = scene.witnesses.filter(({ name }) => name.includes('barrage.v1.protobuf at'));
  expect(speakers).toHaveLength(2 * ROOMS.length);
  await speakInTurn(scene, speakers);
  expect(scene.ledger.comments).toHaveLength(COMMENTS);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.losses).toEqual([]);
  // Told of every single one: none folded, none skipped.
  const told = new Map(scene.witnesses.map(({ name, room, reading }) => [name, { room, ...reading.chat }]));
  const expected = { from: 0, shown: COMMENTS / ROOMS.length, skipped: 0 };
  expect([...told.values()].filter(({ room: _, ...chat }) => JSON.stringify(chat) !== JSON.stringify(expected))).toEqual([]);
}, 60_000);

/** Each speaker in its turn, paced by the clock, not by the answers. */
async function speakInTurn(scene: Scene, speakers: readonly Witness[]): Promise<void> {
  const startedAt = performance.now();
  const answers: Promise<void>[] = [];
  for (let said = 0; said < COMMENTS; ) {
    for (let next = 0; next < PER_TICK; next++) {
      const speaker = speakers[said % speakers.length];
      if (speaker) answers.push(speak(scene, speaker, `comment-${++said}`));
    }
    await pause(Math.max(0, startedAt + (said / PER_TICK) * TICK_MS - performance.now()));
  }
  await Promise.all(answers);
  scene.note(`${COMMENTS} comments were acknowledged in ${Math.round(performance.now() - startedAt)} ms`);
}

async function speak({ ledger }: Scene, speaker: Witness, saying: string): Promise<void> {
  const ref = await speaker.say(saying);
  ledger.comments.push({ room: speaker.room, epoch: speaker.reading.epoch ?? '', ref, saying });
}
