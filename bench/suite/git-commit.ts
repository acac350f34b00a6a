import { execFileSync } from 'node:child_process';

/** The working tree's commit, short; `+` behind it when something that git keeps was changed. Nothing where git or its folder is not. */
export function gitCommit(folder: string): string | undefined {
  try {
    const commit = git(folder, 'rev-parse', '--short', 'HEAD');
    return git(folder, 'status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
  } catch {
    return undefined; // not installed, or no repository
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
