/** What a URL of Redis says of the way to it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly login: { readonly username?: string; readonly password?: string };
  readonly database: number;
  readonly isEncrypted: boolean;
}

const USUAL_PORT = 6379;

/** @param url - `redis://user:password@host:port/database` or `rediss://…`, checked before; nothing: a server without login on this machine */
export function redisAddressOf(url: string): RedisAddress {
  const { hostname, password, pathname, port, protocol, username } = new URL(url === '' ? 'redis://127.0.0.1' : url);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? USUAL_PORT : Number(port),
    login: {
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
    },
    database: Number(pathname.slice(1)),
    isEncrypted: protocol === 'rediss:',
  };
}
