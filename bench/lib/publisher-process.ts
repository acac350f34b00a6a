// Publishes comments into a room, in a process of its own: while the load keeps its event loop busy, the comments go on in time.
//
// node … publisher-process.ts URL ROOM RATE [FILE]; ends with the channel to the process that started it.
import { commentSupply } from './comment-supply.ts';
import { publish } from './publisher.ts';

const [url = '', room = '', rate = '', file] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
await publish(await commentSupply(file, Number(rate)), { url, room, signal: new AbortController().signal });
