/** What a master says of its replicas. */
export interface Replication {
  /** Names the life of its data: another after every promotion and restart of a master. */
  readonly id: string;
  readonly connected: number;
}

/** @param info - a master's answer to INFO replication */
export function replicationOf(info: string): Replication {
  const id = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
  return { id, connected: info.match(/^slave\d+:.*\bstate=online\b/gm)?.length ?? 0 };
}
