import { TRANSPORTS, type Transport } from '../client/index.ts';

/**
 * What a page's address says of the transport: `transport=websocket`, `stream`, `long-poll` or `short-poll` forces one. Absent, or not one
 * of them: the best that the network bears.
 */
export function parseTransport(query: string): { transport?: Transport; problem?: string } {
  const text = new URLSearchParams(query).get('transport');
  if (text === null) return {};
  const transport = TRANSPORTS.find((one) => one === text);
  if (transport) return { transport };
  const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  return { problem: `transport=${shown} is not one of ${TRANSPORTS.join(', ')}: using the best that works` };
}
