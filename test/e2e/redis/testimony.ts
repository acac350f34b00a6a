/** What one viewer can say of a room in the end. */
export interface Testimony {
  readonly name: string;
  readonly room: string;
  readonly cursor: string | undefined;
  /** What the logged events said. */
  readonly sayings: ReadonlySet<string>;
  /** How often it was told `recovered: false`. */
  readonly breaks: number;
  /** Where what it was told contradicts itself. */
  readonly faults: readonly string[];
}
