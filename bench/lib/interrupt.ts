/** One Ctrl-C may arrive more than once: from the terminal, from npm and from tsx, which pass on what they get. */
const SAME_KEY_PRESS_MS = 500;

/**
 * A signal that aborts when the process is asked to stop (SIGINT, SIGTERM). Asked again, the process exits at once; whoever has started
 * children ends them by an `exit` handler.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let askedAt = Number.NEGATIVE_INFINITY;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const now = performance.now();
      if (!controller.signal.aborted) askedAt = now;
      else if (now - askedAt > SAME_KEY_PRESS_MS) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Waits, but not past the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
