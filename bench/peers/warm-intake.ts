import { Agent, request } from 'node:http';

/** As many as come in four minutes, at 40 a second: after 2,000 of them the compiler is still busy. */
const COMMENTS = 10_000;
const AT_ONCE = 16;
const BODY = JSON.stringify({ events: [{ comment: { text: '666', user: { id: 'w', name: 'w' } } }] });

/**
 * Has a server take in comments, one a request, in a room that nobody watches: at 40 a second its code would be compiled after minutes, and not
 * within a run. Barrage and its peers alike; takes about a second.
 *
 * @param url - `http://…` @throws Error when they are refused
 */
export async function warmIntake(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let left = COMMENTS;
  const sendSome = async () => {
    while (left-- > 0) await post(`${url}/v1/rooms/warm-up/events`, agent);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  agent.destroy();
}

function post(url: string, agent: Agent): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY) };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`a comment was refused: ${response.statusCode}`)),
      );
    });
    call.on('error', reject);
    call.end(BODY);
  });
}
