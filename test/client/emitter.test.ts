import { describe, expect, test } from 'vitest';
import { Emitter } from '../../src/client/emitter.ts';

interface Events {
  word: string;
  number: number;
}

function emitterWithErrors(): { emitter: Emitter<Events>; errors: unknown[] } {
  const errors: unknown[] = [];
  return { emitter: new Emitter<Events>((error) => errors.push(error)), errors };
}

describe('Emitter.emit()', () => {
  test('tells listeners of the type, in the order they came', () => {
    const { emitter } = emitterWithErrors();
    const heard: unknown[] = [];
    emitter.on('word', (word) => heard.push(`first ${word}`));
    emitter.on('number', (number) => heard.push(number));
    emitter.on('word', (word) => heard.push(`second ${word}`));
    emitter.emit('word', 'a');
    expect(heard).toEqual(['first a', 'second a']);
  });

  test('reports what a listener throws, and tells the others', () => {
    const { emitter, errors } = emitterWithErrors();
    const heard: string[] = [];
    const failure = new Error('listener');
    emitter.on('word', () => {
      throw failure;
    });
    emitter.on('word', (word) => heard.push(word));
    emitter.emit('word', 'a');
    expect(heard).toEqual(['a']);
    expect(errors).toEqual([failure]);
  });

  test('does not tell a listener that was added while it told', () => {
    const { emitter } = emitterWithErrors();
    const heard: string[] = [];
    emitter.on('word', () => emitter.on('word', (word) => heard.push(word)));
    emitter.emit('word', 'a');
    expect(heard).toEqual([]);
    emitter.emit('word', 'b');
    expect(heard).toEqual(['b']);
  });

  test('does not tell a listener that one before it took off', () => {
    const { emitter } = emitterWithErrors();
    const heard: string[] = [];
    let off: () => void = () => undefined;
    emitter.on('word', () => off());
    off = emitter.on('word', (word) => heard.push(word));
    emitter.emit('word', 'a');
    expect(heard).toEqual([]);
  });

  test('does nothing without listeners', () => {
    const { emitter, errors } = emitterWithErrors();
    emitter.emit('number', 1);
    expect(errors).toEqual([]);
  });
});

describe('Emitter.on()', () => {
  test('answers a function that takes off this listener alone', () => {
    const { emitter } = emitterWithErrors();
    const heard: string[] = [];
    const listener = (word: string) => heard.push(word);
    const off = emitter.on('word', listener);
    emitter.on('word', listener);
    off();
    off();
    emitter.emit('word', 'a');
    expect(heard).toEqual(['a']);
  });
});
