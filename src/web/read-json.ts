/** Whether what was decoded from JSON is an object; of a list, too, whose members are then read as missing. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function textIn(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(record: Record<string, unknown>, name: string): number | undefined {
  const value = record[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The texts of a list, or nothing when it is none. */
export function textsIn(record: Record<string, unknown>, name: string): string[] | undefined {
  const value = record[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

/** The objects of a list; of anything else, none. */
export function recordsIn(record: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = record[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
