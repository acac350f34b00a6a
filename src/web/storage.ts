/** Reads what was stored; storage may be switched off, full, or hold what an older page wrote, and then the answer is nothing. */
export function load(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined; // switched off (private mode, a sandboxed frame), or not JSON
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // switched off, or full: the page works without, and forgets
  }
}
