import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readCommandLine } from '../../src/config/command-line.ts';
import { OPTION_TABLE } from '../../src/config/options.ts';
import { Certificates } from '../support/certificates.ts';
import { readDockerfile } from './dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BINARIES = 'node_modules/uWebSockets.js/dist/bin';
/** `process.versions.modules` of the Node releases that the image may be built on: what a binary is named for. */
const ABIS: Readonly<Record<string, string>> = { 20: '115', 22: '127' };
/** What a worker may take beyond DRAIN_MS before it is killed, in seconds. */
const STOP_GRACE_S = 7;

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const packageJson = JSON.parse(read('package.json')) as { engines: { node: string }; scripts: { start: string } };

describe('Dockerfile', () => {
  const instructions = readDockerfile(read('.deploy/Dockerfile'));
  const of = (verb: string) => instructions.filter((instruction) => instruction.verb === verb);
  const images = of('FROM').map(({ text }) => text.split(' ')[0] ?? '');
  const ignored = read('.deploy/Dockerfile.dockerignore').trim().split('\n');
  const final = instructions.slice(instructions.findLastIndex(({ verb }) => verb === 'FROM'));

  test('each file that it copies is in the repository, and is let into the build', () => {
    const sources = of('COPY')
      .filter(({ flags }) => flags['from'] === undefined)
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect(ignored).toContain(`!${source}`);
    }
    expect(ignored[0]).toBe('*');
    expect(ignored.slice(1).toSorted()).toEqual([...new Set(sources)].map((source) => `!${source}`).toSorted());
  });

  test('it is built and run on one Node that the package takes, with glibc, and for which the library has binaries', () => {
    expect(images).toHaveLength(2);
    expect(new Set(images).size).toBe(1);
    const [, release = ''] = /^node:(\d+)-bookworm-slim$/.exec(images[0] ?? '') ?? [];
    const [, least = ''] = /^>=(\d+)/.exec(packageJson.engines.node) ?? [];
    expect(Number(release)).toBeGreaterThanOrEqual(Number(least));
    for (const processor of ['x64', 'arm64']) {
      expect(readdirSync(join(ROOT, BINARIES))).toContain(`uws_linux_${processor}_${ABIS[release]}.node`);
    }
  });

  test('of the library’s binaries the one is kept that this Node loads', () => {
    const [prune] = of('RUN').filter(({ text }) => text.includes('-delete'));
    const folder = mkdtempSync(join(tmpdir(), 'barrage-image-'));
    mkdirSync(join(folder, BINARIES), { recursive: true });
    for (const name of readdirSync(join(ROOT, BINARIES))) writeFileSync(join(folder, BINARIES, name), '');
    expect(spawnSync('/bin/sh', ['-c', prune?.text ?? ''], { cwd: folder, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(folder, BINARIES))).toEqual([`uws_${process.platform}_${process.arch}_${process.versions.modules}.node`]);
    rmSync(folder, { recursive: true });
  });

  test('it runs what npm start runs, not as root, and listens on every address', () => {
    const verbs = (verb: string) => final.filter((instruction) => instruction.verb === verb).map(({ text }) => text);
    expect(JSON.parse(verbs('ENTRYPOINT')[0] ?? '')).toEqual(packageJson.scripts.start.split(' '));
    expect(verbs('USER')).toEqual(['node']);
    expect(verbs('STOPSIGNAL')).toEqual(['SIGTERM']);
    const environment = verbs('ENV').flatMap((text) => text.split(/\s+/));
    expect(environment).toContain('HOST=0.0.0.0');
    for (const name of environment.map((pair) => pair.split('=')[0] ?? ''))
      expect(['NODE_ENV', ...Object.keys(OPTION_TABLE)]).toContain(name);
  });

  describe('its health check', () => {
    const command = JSON.parse(/CMD (.*)$/.exec(of('HEALTHCHECK')[0]?.text ?? '')?.[1] ?? '') as string[];
    let status = 200;
    const answer: RequestListener = (request, response) => {
      response.statusCode = request.url === '/healthz' ? status : 404;
      response.end();
    };

    async function expectToTell(server: Server, environment: Record<string, string>): Promise<void> {
      status = 200;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const check = async () => {
        const [name = '', ...args] = command;
        const [code] = await once(spawn(name, args, { env: { PATH: process.env['PATH'], PORT: String(port), ...environment } }), 'exit');
        return code as number;
      };
      expect(await check()).toBe(0);
      status = 503;
      expect(await check()).toBe(1);
      server.close();
      server.closeAllConnections();
      expect(await check()).toBe(1);
    }

    test('passes where /healthz answers 200, and fails where it does not, or nobody listens', () => expectToTell(createServer(answer), {}));

    test('does so over TLS as well, whoever signed the certificate', async () => {
      const certificates = await Certificates.make();
      const [cert, key] = [await certificates.pem(), readFileSync(certificates.keyFile)];
      await expectToTell(createTlsServer({ cert, key }, answer), certificates.environment);
      await certificates.remove();
    });
  });
});

describe('compose.yaml', () => {
  interface Service {
    readonly image: string;
    readonly build?: { readonly context: string; readonly dockerfile: string };
    readonly environment?: Readonly<Record<string, string>>;
    readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
    readonly command?: readonly string[];
    readonly volumes?: readonly string[];
    readonly stop_grace_period?: string;
    readonly healthcheck?: unknown;
  }
  const compose = parse(read('.deploy/compose.yaml')) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const nodes = Object.entries(compose.services).filter(([name]) => name.startsWith('barrage-'));

  test('it has two nodes, built by the Dockerfile from the top of the repository', () => {
    expect(nodes).toHaveLength(2);
    for (const [, { build }] of nodes) {
      const context = resolve(ROOT, '.deploy', build?.context ?? '');
      expect([context, existsSync(join(context, build?.dockerfile ?? ''))]).toEqual([resolve(ROOT), true]);
    }
  });

  test('the nodes’ settings are settings, with values that pass, and Redis is one of the services', () => {
    for (const [, { environment = {} }] of nodes) {
      for (const name of Object.keys(environment)) expect(Object.keys(OPTION_TABLE)).toContain(name);
      expect(Object.keys(compose.services)).toContain(new URL(readCommandLine([], environment).REDIS_URL).hostname);
    }
  });

  test('a node has the time to send its viewers away', () => {
    for (const [, { environment = {}, stop_grace_period = '' }] of nodes) {
      const needed = readCommandLine([], environment).DRAIN_MS / 1000 + STOP_GRACE_S;
      expect(Number(/^(\d+)s$/.exec(stop_grace_period)?.[1])).toBeGreaterThan(needed);
    }
  });

  test('Redis writes what it stores to a volume, and throws out nothing', () => {
    const { command = [], volumes = [] } = compose.services['redis'] ?? {};
    expect(command.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(volumes.map((volume) => volume.split(':')[0])).toEqual(Object.keys(compose.volumes));
  });

  test('HAProxy has the configuration that is tested, and finds each node by its service’s name', () => {
    const { volumes = [] } = compose.services['haproxy'] ?? {};
    const [source = ''] = volumes[0]?.split(':') ?? [];
    const config = readFileSync(resolve(ROOT, '.deploy', source), 'utf8');
    const backends = config.split(/^backend /m).slice(1);
    expect(backends).toHaveLength(2);
    for (const backend of backends) {
      const servers = [...backend.matchAll(/^\s*server \S+ (\S+):8080$/gm)].map(([, host]) => host);
      expect(servers).toEqual(nodes.map(([name]) => name));
    }
  });

  test('what a service depends on is one, and has a health check where it must be healthy', () => {
    for (const { depends_on = [] } of Object.values(compose.services)) {
      const conditions = Array.isArray(depends_on) ? depends_on.map((name) => [name, undefined]) : Object.entries(depends_on);
      for (const [name, condition] of conditions as [string, { condition: string } | undefined][]) {
        expect(Object.keys(compose.services)).toContain(name);
        if (condition?.condition === 'service_healthy') expect(compose.services[name]?.healthcheck).toBeDefined();
      }
    }
  });
});
