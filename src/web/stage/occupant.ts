/** How a comment or banner crosses the stage: from right to left, standing in the middle, or standing at the left edge. */
type Course = 'scroll' | 'centre' | 'left';

/** What takes up room in the stage's rows for a stretch of time. Lengths are CSS pixels, times are milliseconds of the stage's clock. */
export interface Occupant {
  readonly course: Course;
  readonly width: number;
  readonly enteredAt: number;
  readonly leavesAt: number;
}

/** What occupants move across. `gap` is how near they may come to each other, and to the left edge. */
export interface Field {
  readonly width: number;
  readonly gap: number;
}

/** The left edge at a time. A scrolling occupant takes the same time whatever its width: the wider, the faster. */
export function leftAt(occupant: Occupant, time: number, field: Field): number {
  const { course, width, enteredAt, leavesAt } = occupant;
  if (course === 'left') return field.gap;
  if (course === 'centre') return (field.width - width) / 2;
  const progress = (time - enteredAt) / (leavesAt - enteredAt);
  return field.width - progress * (field.width + width);
}

/**
 * Whether two occupants of one row come nearer than the gap at any time from `now` on.
 *
 * Every edge moves on a straight line, and so does the distance between two edges: if one occupant is clear of the other at the first
 * and at the last moment that both are there, on the same side, it is clear of it all the time. That one rule says that nothing enters
 * on top of another, nothing catches up with what is ahead, and nothing drifts through a comment that stands still.
 */
export function meet(a: Occupant, b: Occupant, { now, field }: { now: number; field: Field }): boolean {
  const from = Math.max(now, a.enteredAt, b.enteredAt);
  const to = Math.min(a.leavesAt, b.leavesAt);
  if (from >= to) return false;
  const aFrom = leftAt(a, from, field);
  const bFrom = leftAt(b, from, field);
  const aTo = leftAt(a, to, field);
  const bTo = leftAt(b, to, field);
  const aIsLeft = bFrom - aFrom >= a.width + field.gap && bTo - aTo >= a.width + field.gap;
  const bIsLeft = aFrom - bFrom >= b.width + field.gap && aTo - bTo >= b.width + field.gap;
  return !aIsLeft && !bIsLeft;
}
