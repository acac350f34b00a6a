/**
 * Ends of host names that are taken for a link without `http://` before them: those that spam comes with. Of the full list, which has more
 * than a thousand, many are words, and `nice.one` lacks but a blank.
 */
const ENDINGS = new Set(
  `app biz cc club cn co com de dev eu fr gg gl info io jp kr link live ly me net online org pw ru sh shop site store stream tk to top tv uk us
  vip ws xyz`.split(/\s+/),
);

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The full stop of Chinese and Japanese, which browsers take for a dot in a host name; between other letters it ends a sentence. */
const IDEOGRAPHIC_DOT = /(?<=[a-z0-9])。(?=[a-z0-9])/g;
// One class and no more: nothing to go back over.
const HOST = /[\p{L}\p{M}\p{N}.-]+/gu;
const SCHEME_END = '://';

/**
 * The hosts that a text links to or names, in small letters: with a scheme before them, or with an ending that is one. Width, case and what
 * is not seen do not hide one. Look-alikes stay what they are: with a Cyrillic letter in it, a name is another host. Linear.
 */
export function hostsIn(text: string): string[] {
  const plain = text.replace(IGNORABLE, '').normalize('NFKC').toLowerCase().replace(IDEOGRAPHIC_DOT, '.');
  if (!plain.includes('.') && !plain.includes(SCHEME_END)) return [];
  const hosts: string[] = [];
  let urlEnd = 0;
  for (const { 0: run, index } of plain.matchAll(HOST)) {
    const isAfterScheme = plain.startsWith(SCHEME_END, index - SCHEME_END.length);
    if (isAfterScheme) urlEnd = endOfWord(plain, index);
    // What stands before an @ is a name to log in with: the host comes after it.
    const isHost = isAfterScheme || (index < urlEnd && plain[index - 1] === '@');
    const host = withoutDotsAround(run);
    if (host !== '' && (isHost || hasEnding(host))) hosts.push(host);
  }
  return hosts;
}

/** Whether `host` is one of the allowed, or belongs to one: `www.example.com` to `example.com`. */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => host === each || host.endsWith(`.${each}`));
}

function hasEnding(host: string): boolean {
  const dot = host.lastIndexOf('.');
  return dot > 0 && host[dot - 1] !== '.' && ENDINGS.has(host.slice(dot + 1));
}

function endOfWord(text: string, from: number): number {
  const blank = text.indexOf(' ', from);
  return blank < 0 ? text.length : blank;
}

function withoutDotsAround(run: string): string {
  let [start, end] = [0, run.length];
  while (run[start] === '.') start++;
  while (end > start && run[end - 1] === '.') end--;
  return run.slice(start, end);
}
