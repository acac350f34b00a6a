export interface Instruction {
  readonly verb: string;
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags, on one line. */
  readonly text: string;
}

/** The instructions of a Dockerfile, as far as ours uses the language: flags, continued lines, comments, no here-documents. */
export function readDockerfile(source: string): Instruction[] {
  const whole = source.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  return whole
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, verb = '', given = '', text = ''] = /^([A-Z]+)((?:\s+--[a-z-]+=\S+)*)\s+(.*)$/.exec(line) ?? [];
      if (verb === '') throw new Error(`no instruction: ${line}`);
      const flags = Object.fromEntries([...given.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
      return { verb, flags, text };
    });
}
