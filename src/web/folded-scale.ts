const PER_TENFOLD = 0.12;
const MOST = 1.5;

/** How much larger a comment is shown that stands for `repeat` equal ones: an eighth for each factor of ten. */
export function foldedScale(repeat: number): number {
  return Math.min(MOST, 1 + PER_TENFOLD * Math.log10(Math.max(1, repeat)));
}
