export type Encoding = 'br' | 'gzip' | 'identity';

/** The best encoding that an `Accept-Encoding` takes and that we make: brotli, gzip, or the bytes as they are. */
export function chooseEncoding(accepted: string): Encoding {
  if (accepts(accepted, 'br')) return 'br';
  return accepts(accepted, 'gzip') ? 'gzip' : 'identity';
}

function accepts(accepted: string, name: Encoding): boolean {
  return accepted.split(',').some((part) => {
    const [offered = '', quality = ''] = part.split(';').map((text) => text.trim().toLowerCase());
    return offered === name && !/^q=0(\.0*)?$/.test(quality);
  });
}
