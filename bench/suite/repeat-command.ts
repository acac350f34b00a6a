/**
 * The command that measures the same again, every option given: defaults may change. Without a scenario's name: the whole suite.
 *
 * @param options - as commander reads them: `cohortSize` is `--cohort-size`; `true` a flag alone; `undefined` and `false` are left out
 */
export function repeatCommand(scenario: string, options: object): string {
  const flags = Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined || value === false) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : [flag, quoted(String(value))];
  });
  return ['npm run bench --', scenario, ...flags].filter((part) => part !== '').join(' ');
}

/** For a shell, where it needs to be. */
function quoted(text: string): string {
  return /^[\w./:,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
