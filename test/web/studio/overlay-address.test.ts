import { describe, expect, test } from 'vitest';
import { parseOverlayOptions } from '../../../src/web/overlay-options.ts';
import { type OverlayFields, overlayQuery, overlayTokenProblem } from '../../../src/web/studio/overlay-address.ts';
import { tokenOf } from '../../support/tokens.ts';

const USUAL: OverlayFields = {
  size: '',
  speed: '1',
  opacity: '',
  maxOnScreen: '120',
  modes: ['scroll', 'top', 'bottom'],
  gifts: true,
  minGift: ' ',
  superchats: true,
  transport: '',
};

describe('overlayQuery()', () => {
  test('says nothing that is as usual', () => {
    expect(overlayQuery(USUAL)).toEqual({ query: '', problems: [] });
  });

  test('says what is not, so that the overlay reads it as it was meant', () => {
    const { query, problems } = overlayQuery({
      ...USUAL,
      size: '1.5',
      speed: '.5',
      maxOnScreen: '40',
      modes: ['top', 'scroll'],
      gifts: false,
      superchats: false,
      transport: 'stream',
    });
    expect([query, problems]).toEqual(['?size=1.5&speed=.5&maxOnScreen=40&modes=top,scroll&gifts=0&superchats=0&transport=stream', []]);
    expect(parseOverlayOptions(query).options).toMatchObject({ size: 1.5, speed: 0.5, maxOnScreen: 40, superchats: false });
  });

  test('what the overlay would not take is said in its words', () => {
    const { problems } = overlayQuery({ ...USUAL, size: '9', modes: [] });
    expect(problems).toEqual(parseOverlayOptions('size=9&modes=').problems);
    expect(problems).toHaveLength(2);
  });
});

describe('overlayTokenProblem()', () => {
  const own = tokenOf({ role: 'streamer', rooms: ['r1'] });

  test('takes an overlay’s token, and none', () => {
    expect([overlayTokenProblem('', own), overlayTokenProblem(tokenOf({ role: 'overlay' }), own)]).toEqual([undefined, undefined]);
  });

  test.each([
    ['the bearer’s own', own, /your own/],
    ['a moderator’s', tokenOf({ role: 'moderator' }), /role moderator/],
    ['one that names no role', tokenOf({}), /role viewer/],
    ['what is no token', 'secret', /no token/],
  ])('refuses %s', (_, token, problem) => {
    expect(overlayTokenProblem(token, own)).toMatch(problem);
  });

  test('refuses the bearer’s own even if it is an overlay’s', () => {
    const overlay = tokenOf({ role: 'overlay' });
    expect(overlayTokenProblem(overlay, overlay)).toMatch(/your own/);
  });
});
