import type { Transport } from '../client/index.ts';
import { Mode } from '../protocol/event.ts';
import type { StageOptions } from './stage/stage.ts';
import { parseTransport } from './transport-option.ts';

/**
 * What an overlay's address may set:
 *
 *     size         how large comments are: 0.5 to 3 times the usual         1
 *     speed        how fast they go: 0.25 to 4 times the usual              1
 *     opacity      0 (not to be seen) to 1                                  1
 *     maxOnScreen  how many comments at once, 1 to 500                      120
 *     modes        which comments, of scroll,top,bottom                     all
 *     gifts        1 shows gifts, 0 does not                                1
 *     minGift      what a gift must be worth to be shown                    0
 *     superchats   1 pins superchats, 0 does not                            1
 *     transport    how they come: websocket, stream, long-poll, short-poll  the best that works
 */
export interface OverlayOptions extends StageOptions {
  readonly opacity: number;
  readonly superchats: boolean;
  readonly transport?: Transport;
}

export const ALL_MODES: ReadonlySet<Mode> = new Set(Object.values(Mode));
export const DEFAULT_MAX_ON_SCREEN = 120;

const KNOWN = ['size', 'speed', 'opacity', 'maxOnScreen', 'modes', 'gifts', 'minGift', 'superchats', 'transport'];

/** @returns the options, and for each parameter that could not be used a line that says what is used instead */
export function parseOverlayOptions(query: string): { options: OverlayOptions; problems: string[] } {
  const parameters = new URLSearchParams(query);
  const problems: string[] = [];

  const number = (name: string, bounds: { min: number; max: number; usual: number; whole?: 'whole' }): number => {
    const { min, max, usual, whole } = bounds;
    const text = parameters.get(name);
    if (text === null) return usual;
    const value = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= min && value <= max && (whole === undefined || Number.isInteger(value))) return value;
    problems.push(`${name}=${shorten(text)} is not a ${whole ? 'whole ' : ''}number from ${min} to ${max}: using ${usual}`);
    return usual;
  };

  const modes = (): ReadonlySet<Mode> => {
    const text = parameters.get('modes');
    if (text === null) return ALL_MODES;
    const names = text.split(',').map((name) => name.trim());
    if (names.every(isMode)) return new Set(names);
    problems.push(`modes=${shorten(text)} is not a list of scroll, top, bottom: using all of them`);
    return ALL_MODES;
  };

  const isOn = (name: string): boolean => {
    const text = parameters.get(name)?.trim() ?? '1';
    if (text !== '0' && text !== '1') problems.push(`${name}=${shorten(text)} is neither 0 nor 1: using 1`);
    return text !== '0';
  };

  const minGift = number('minGift', { min: 0, max: Number.MAX_SAFE_INTEGER, usual: 0, whole: 'whole' });

  const transportOf = (): { transport?: Transport } => {
    const { problem, ...transport } = parseTransport(query);
    if (problem !== undefined) problems.push(problem);
    return transport;
  };

  const options: OverlayOptions = {
    size: number('size', { min: 0.5, max: 3, usual: 1 }),
    speed: number('speed', { min: 0.25, max: 4, usual: 1 }),
    opacity: number('opacity', { min: 0, max: 1, usual: 1 }),
    maxOnScreen: number('maxOnScreen', { min: 1, max: 500, usual: DEFAULT_MAX_ON_SCREEN, whole: 'whole' }),
    modes: modes(),
    minGift: isOn('gifts') ? minGift : Number.POSITIVE_INFINITY,
    superchats: isOn('superchats'),
    ...transportOf(),
  };
  for (const name of new Set(parameters.keys())) {
    if (!KNOWN.includes(name)) problems.push(`${shorten(name)} is not an option: they are ${KNOWN.join(', ')}`);
  }
  return { options, problems };
}

function isMode(name: string): name is Mode {
  return Object.hasOwn(Mode, name);
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}
