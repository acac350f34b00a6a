/** A browser's would be random: nobody checks it here. */
const KEY = 'YmFycmFnZS1iZW5jaC0wMQ==';

/** What a client of WebSocket opens with, end of the head included (RFC 6455, section 4.1). */
export function upgradeRequest(path: string, subprotocol?: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
