const FIN_TEXT = 0x81;
const MASKED = 0x80;
const MAX_BYTES = 125;

/**
 * A text message as a client sends it, its header with it. The mask is of zeros and changes nothing (RFC 6455, section 5.3).
 *
 * @throws RangeError when it is longer than 125 bytes
 */
export function clientText(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > MAX_BYTES) throw new RangeError('only short messages are needed here');
  return Buffer.concat([Buffer.from([FIN_TEXT, MASKED | payload.length, 0, 0, 0, 0]), payload]);
}
