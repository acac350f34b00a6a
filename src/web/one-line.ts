/** White space of any kind, line breaks too, as single spaces: what is shown on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
