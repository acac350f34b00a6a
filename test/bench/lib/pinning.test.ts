import { describe, expect, it } from 'vitest';
import { parseCoreList, pinned } from '../../../bench/lib/pinning.ts';

describe('parseCoreList()', () => {
  it.each([
    ['0', [0]],
    ['0,1', [0, 1]],
    ['1,4-6,9', [1, 4, 5, 6, 9]],
  ])('reads %s', (list, cores) => {
    expect(parseCoreList(list)).toEqual(cores);
  });
});

describe('pinned()', () => {
  it('runs a command on a core, or leaves it as it is', () => {
    expect(pinned(['node', 'main.js'], 1)).toEqual(['taskset', '-c', '1', 'node', 'main.js']);
    expect(pinned(['node', 'main.js'], undefined)).toEqual(['node', 'main.js']);
  });
});
