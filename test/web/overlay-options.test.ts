import { describe, expect, test } from 'vitest';
import { parseOverlayOptions } from '../../src/web/overlay-options.ts';

describe('parseOverlayOptions()', () => {
  test('has a usual value for everything', () => {
    const { options, problems } = parseOverlayOptions('');
    expect(options).toEqual({
      size: 1,
      speed: 1,
      opacity: 1,
      maxOnScreen: 120,
      modes: new Set(['scroll', 'top', 'bottom']),
      minGift: 0,
      superchats: true,
    });
    expect(problems).toEqual([]);
  });

  test('takes every option', () => {
    const { options, problems } = parseOverlayOptions(
      '?size=1.5&speed=.5&opacity=0&maxOnScreen=500&modes=top,%20scroll&gifts=1&minGift=990&superchats=0&transport=stream',
    );
    expect(options).toEqual({
      size: 1.5,
      speed: 0.5,
      opacity: 0,
      maxOnScreen: 500,
      modes: new Set(['top', 'scroll']),
      minGift: 990,
      superchats: false,
      transport: 'stream',
    });
    expect(problems).toEqual([]);
  });

  test('without gifts no gift is worth enough', () => {
    expect(parseOverlayOptions('?gifts=0&minGift=5').options.minGift).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    ['size=9', 'size=9 is not a number from 0.5 to 3: using 1'],
    ['size=', 'size= is not a number from 0.5 to 3: using 1'],
    ['speed=fast', 'speed=fast is not a number from 0.25 to 4: using 1'],
    ['speed=1e0', 'speed=1e0 is not a number from 0.25 to 4: using 1'],
    ['opacity=-0.1', 'opacity=-0.1 is not a number from 0 to 1: using 1'],
    ['maxOnScreen=0', 'maxOnScreen=0 is not a whole number from 1 to 500: using 120'],
    ['maxOnScreen=1.5', 'maxOnScreen=1.5 is not a whole number from 1 to 500: using 120'],
    ['modes=scroll,up', 'modes=scroll,up is not a list of scroll, top, bottom: using all of them'],
    ['modes=', 'modes= is not a list of scroll, top, bottom: using all of them'],
    ['modes=toString', 'modes=toString is not a list of scroll, top, bottom: using all of them'],
    ['gifts=no', 'gifts=no is neither 0 nor 1: using 1'],
    ['superchats=', 'superchats= is neither 0 nor 1: using 1'],
    ['minGift=1.5', 'minGift=1.5 is not a whole number from 0 to 9007199254740991: using 0'],
    ['transport=pigeon', 'transport=pigeon is not one of websocket, stream, long-poll, short-poll: using the best that works'],
    [
      'maxonscreen=5',
      'maxonscreen is not an option: they are size, speed, opacity, maxOnScreen, modes, gifts, minGift, superchats, transport',
    ],
  ])('%s: says what is wrong, and goes on with the usual value', (query, problem) => {
    const { options, problems } = parseOverlayOptions(query);
    expect(problems).toEqual([problem]);
    expect(options).toEqual(parseOverlayOptions('').options);
  });

  test('shortens what it quotes', () => {
    expect(parseOverlayOptions(`size=${'9'.repeat(5000)}`).problems[0]?.length).toBeLessThan(100);
  });
});
