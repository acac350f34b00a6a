import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 20;
const LIMIT_MS = 30_000;

/** Waits until `holds`, however often it has to ask; a throw of it counts as not yet. @throws Error naming `what` when it takes too long */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const deadline = performance.now() + limitMs;
  let trouble: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`, { cause: trouble });
    await pause(INTERVAL_MS);
  }
}
