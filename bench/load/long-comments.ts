import type { CommentRecord } from '../comment-record.ts';

const JOINT = '，';
/** How many texts of late make up a long one. */
const OF_LATE = 64;

/** The same comments with longer texts: each goes on with what was said before it, up to `codePoints`. None is like another. */
export async function* lengthened(
  comments: AsyncIterable<CommentRecord> | Iterable<CommentRecord>,
  codePoints: number,
): AsyncGenerator<CommentRecord> {
  const texts: string[] = [];
  let count = 0;
  for await (const record of comments) {
    texts[count % OF_LATE] = record.text;
    let text = `${record.text} #${count}`;
    for (let back = 1; text.length < codePoints; back++)
      text += JOINT + (texts[(count + OF_LATE - (back % texts.length)) % OF_LATE] ?? record.text);
    // By code points: half of a pair would be no text.
    yield { ...record, text: [...text].slice(0, codePoints).join('').trimEnd() };
    count++;
  }
}
