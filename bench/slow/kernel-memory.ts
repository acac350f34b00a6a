import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** What the kernel holds for all TCP sockets of the machine, in bytes: no process's memory. Linux only. */
export function tcpMemoryBytes(): number {
  return parseTcpMemory(readFileSync('/proc/net/sockstat', 'utf8'));
}

/** @param sockstat - `/proc/net/sockstat`: a line `TCP: inuse 5 … mem 3`, in pages */
export function parseTcpMemory(sockstat: string): number {
  const [, pages] = /^TCP:.*\bmem (\d+)/m.exec(sockstat) ?? [];
  return Number(pages) * PAGE_BYTES;
}

/** From what on the kernel counts itself short of memory for TCP: sockets that hold much are then given no more. Linux only. */
export function tcpPressureBytes(): number {
  const [, pressure] = readFileSync('/proc/sys/net/ipv4/tcp_mem', 'utf8').trim().split(/\s+/);
  return Number(pressure) * PAGE_BYTES;
}
