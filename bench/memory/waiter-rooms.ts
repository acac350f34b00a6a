import type { ScenarioContext } from '../lib/scenario.ts';
import { startBareHolder } from '../waiters/bare-holder.ts';
import { startBarrage } from '../waiters/barrage-holder.ts';
import { Crowd } from '../waiters/crowd.ts';
import type { Holder } from '../waiters/holder.ts';
import type { WaitKind } from '../waiters/messages.ts';
import type { IdleRoom } from './idle-room.ts';

type Place = Pick<ScenarioContext, 'cores' | 'signal'>;

/** Nothing is answered while memory is looked at: any length does. */
const ANSWER_BYTES = 500;

/** Barrage as it is built, with its defaults, and long polls or streams that wait. */
export async function waitersOfBarrage(kind: WaitKind, { cores, signal }: Place): Promise<IdleRoom> {
  return roomOf(await startBarrage({ core: cores.server, signal }), kind, cores.load);
}

/** The control: responses that are held. */
export async function waitersOfBare(kind: WaitKind, { cores }: Place): Promise<IdleRoom> {
  return roomOf(await startBareHolder(ANSWER_BYTES, cores.server), kind, cores.load);
}

function roomOf(holder: Holder, kind: WaitKind, loadCore: number | undefined): IdleRoom {
  const crowd = new Crowd(loadCore);
  return {
    pid: holder.pid,
    inspector: holder.inspector,
    async fill(count) {
      await crowd.open(kind, { url: holder.url, path: await holder.path(kind), count });
    },
    held: () => holder.waiting(kind),
    empty: () => crowd.close(),
    async stop() {
      await crowd.stop();
      await holder.stop();
    },
  };
}
