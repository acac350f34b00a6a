import { foldPoint } from './fold-point.ts';

/** More than any script puts on one letter: with more, the marks of one comment reach over those above and below it. */
const MAX_MARKS = 8;

const MARK = /^\p{M}/u;

/** Whether one character stands more than `maxRun` times in a row; case, width and what is not seen do not count. */
export function hasLongRun(points: readonly number[], maxRun: number): boolean {
  let run = 0;
  let before = -1;
  for (const point of points) {
    run = point === before ? run + 1 : 1;
    if (run > maxRun) return true;
    before = point;
  }
  return false;
}

/** Whether one letter bears more marks than can be read. */
export function hasTooManyMarks(text: string): boolean {
  let marks = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    // The table knows at once that most characters are no marks.
    marks = point >= 0x300 && foldPoint(point) < 0 && MARK.test(character) ? marks + 1 : 0;
    if (marks > MAX_MARKS) return true;
  }
  return false;
}
