// Completes package-lock.json after `npm install`. npm leaves out of the lock the optional packages for other platforms that the registry
// at hand does not carry, and `npm ci` then refuses the lock everywhere: https://github.com/npm/cli/issues/9846.
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const path = 'package-lock.json';
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors: Readonly<Record<string, string>> = { armv7: 'arm' };

const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockedPackage | object> };
const missing: [string, object][] = [];
for (const [owner, locked] of Object.entries(lock.packages) as [string, LockedPackage][]) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (!(key in lock.packages) && !(`${owner}/${key}` in lock.packages)) missing.push([key, platformPackage(name, version, locked)]);
  }
}
const [root, ...others] = [...Object.entries(lock.packages), ...missing];
if (root) lock.packages = Object.fromEntries([root, ...others.sort(([a], [b]) => a.localeCompare(b, 'en'))]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages were missing`);

/** What npm would have written of a package for one platform; its name ends in that: `cli-linux-arm64-musl`. */
function platformPackage(name: string, version: string, { dev, engines, license }: LockedPackage): object {
  const system = systems.find((known) => name.includes(`${known}-`));
  if (!system) throw new Error(`${name} names no platform: install it from a registry that has it`);
  const tail = name.slice(name.indexOf(`${system}-`) + system.length + 1);
  const [processor = '', library = ''] = tail.split('-');
  const libc = library.startsWith('musl') ? 'musl' : system === 'linux' && library.startsWith('gnu') ? 'glibc' : undefined;
  return {
    version,
    cpu: [processors[processor] ?? processor],
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    ...(license && { license }),
    optional: true,
    os: [system],
    ...(engines && { engines }),
  };
}
