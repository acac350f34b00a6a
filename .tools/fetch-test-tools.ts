// Sees to what the tests need beside npm's packages: a browser, on Linux a font that has Chinese, Redis, OpenSSL for certificates, and proxies. Says nothing when all is there.
// What is missing is installed where this may be done without asking, as root on Debian and its kin; else one line says what to install.
import { spawnSync } from 'node:child_process';
import { findChromium } from '../test/support/chromium.ts';

const isLinux = process.platform === 'linux';
const packages: string[] = [];

if (!findChromium()) {
  if (process.env['CHROMIUM_PATH']) fail(`CHROMIUM_PATH=${process.env['CHROMIUM_PATH']} is not an executable file`);
  packages.push('chromium');
}
// The small one of the fonts that will do. Other systems bring theirs along.
if (isLinux && !hasChineseFont()) packages.push('fonts-wqy-zenhei');
if (!runsRedis()) packages.push('redis-server');
if (spawnSync('openssl', ['version']).status !== 0) packages.push('openssl');
// The tests of deployment are left out where these are missing: that is nobody's error.
if (mayInstall()) packages.push(...missingProxies());
if (packages.length > 0) install();

function mayInstall(): boolean {
  return isLinux && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

function missingProxies(): string[] {
  const proxies = [
    { program: 'haproxy', debian: 'haproxy' },
    { program: 'nginx', debian: 'nginx-light' },
  ];
  return proxies.filter(({ program }) => spawnSync(program, ['-v']).status !== 0).map(({ debian }) => debian);
}

function hasChineseFont(): boolean {
  const { stdout } = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  return Boolean(stdout?.trim()); // no fc-list, no fonts
}

/** Sharded pub/sub and the scripts need 7.0. */
function runsRedis(): boolean {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return Number(/v=(\d+)\./.exec(stdout ?? '')?.[1] ?? 0) >= 7;
}

function install(): void {
  const what = packages.join(' ');
  const orElse = packages.includes('chromium') ? '; CHROMIUM_PATH may name a Chromium or Chrome elsewhere' : '';
  if (!mayInstall()) fail(`the tests need ${what}: install what your system calls so (Debian: apt-get install ${what})${orElse}`);
  console.error(`the tests need ${what}: installing`);
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stdout, stderr } = spawnSync('apt-get', args, { encoding: 'utf8', env });
    if (status !== 0) fail(`apt-get ${args.join(' ')} failed: ${lastLine(stderr) || lastLine(stdout)}`);
  }
  if (!findChromium()) fail('chromium was installed, but is not on PATH');
  if (!runsRedis()) fail('redis-server was installed, but is not on PATH, or older than 7.0');
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? '';
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(1);
}
