export type Encoding = 'br' | 'gzip' | 'identity';

// Clients send a few dozen different headers, a hot server reads them a hundred thousand times a second.
const MAX_REMEMBERED = 256;
const remembered = new Map<string, Encoding>();

/** The best encoding that an `Accept-Encoding` takes and that we make: brotli, gzip, or the bytes as they are. */
export function chooseEncoding(accepted: string): Encoding {
  const known = remembered.get(accepted);
  if (known) return known;
  const encoding = accepts(accepted, 'br') ? 'br' : accepts(accepted, 'gzip') ? 'gzip' : 'identity';
  if (remembered.size < MAX_REMEMBERED) remembered.set(accepted, encoding);
  return encoding;
}

function accepts(accepted: string, name: Encoding): boolean {
  return accepted.split(',').some((part) => {
    const [offered = '', quality = ''] = part.split(';').map((text) => text.trim().toLowerCase());
    return offered === name && !/^q=0(\.0*)?$/.test(quality);
  });
}
