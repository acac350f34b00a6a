import { brokerAwayOverHttp, brokerContract } from './broker-suite.ts';
import { eventStreams } from './event-streams.ts';
import { polls } from './polls.ts';
import { webSockets } from './web-socket.ts';

for (const transport of [...webSockets, ...eventStreams]) brokerContract({ ...transport, seesAmbient: true });
// Answers to polls come from the logs, and what is not stored is in none.
for (const transport of polls) brokerContract({ ...transport, seesAmbient: false });
brokerAwayOverHttp();
