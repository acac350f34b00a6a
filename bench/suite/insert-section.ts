import { CommandError } from '../lib/command-error.ts';

/**
 * Puts a text between the lines `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @param file - for messages
 * @throws CommandError when a marker is missing, there twice or in the wrong order
 */
export function insertSection(text: string, { file, name, body }: { file: string; name: string; body: string }): string {
  const { from, to } = sectionAt(text, file, name);
  return `${text.slice(0, from)}\n${body}\n${text.slice(to)}`;
}

/** What is between the markers. @throws CommandError as above */
export function sectionOf(text: string, { file, name }: { file: string; name: string }): string {
  const { from, to } = sectionAt(text, file, name);
  return text.slice(from, to).trim();
}

function sectionAt(text: string, file: string, name: string): { from: number; to: number } {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  for (const marker of [start, end]) {
    const count = text.split(marker).length - 1;
    if (count !== 1)
      throw new CommandError(`${file} has the marker ${marker} ${count === 0 ? 'nowhere' : `${count} times`}: it is needed once`);
  }
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  if (to < from) throw new CommandError(`${file} has ${end} before ${start}`);
  return { from, to };
}
