import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * The port for the workers to share: `PORT`, or a free one where that is 0. The workers share it with whoever listens there as they do, so
 * nobody would notice that another server had it: this looks first.
 *
 * @throws the system's error when it cannot be listened on
 */
export async function reservePort({ HOST, PORT }: { readonly HOST: string; readonly PORT: number }): Promise<number> {
  const probe = createServer();
  probe.listen({ host: HOST, port: PORT, exclusive: true });
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo; // of a TCP server that listens
  probe.close();
  await once(probe, 'close');
  return port;
}
