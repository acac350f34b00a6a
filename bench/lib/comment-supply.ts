import { readComments, surveyComments } from '../comment-file.ts';
import { generateComments } from '../comment-generator.ts';
import type { CommentRecord } from '../comment-record.ts';
import { SeededRandom } from './seeded-random.ts';

const SEED = 1;

/** Comments without end, each with the time at which it is due. */
export interface CommentSupply {
  readonly name: string;
  readonly comments: AsyncIterable<CommentRecord> | Iterable<CommentRecord>;
}

/**
 * Comments at a rate of the benchmark's choosing, as a Poisson process: those of a recording over and over, whose own times are passed over,
 * or made-up ones. Always the same.
 *
 * @throws CommandError when the file is not a recording
 */
export async function commentSupply(file: string | undefined, rate: number): Promise<CommentSupply> {
  if (file === undefined) {
    return { name: `made-up comments, seed ${SEED}`, comments: generateComments({ seed: SEED, rate, seconds: 0 }) };
  }
  const { count } = await surveyComments(file);
  return { name: `${count} comments from ${file}, over and over`, comments: atRate(file, rate) };
}

async function* atRate(file: string, rate: number): AsyncGenerator<CommentRecord> {
  const random = new SeededRandom(SEED);
  for (let atMs = 0; ; ) {
    for await (const comment of readComments(file)) {
      atMs += random.exponential(1000 / rate);
      yield { ...comment, atMs };
    }
  }
}
