// The import walls of src/. Arrows point inward:
//
//   main → server → transport, http → session → shard → room, broker → protocol
//
// clock.ts stands beside them all. The memory broker keeps its logs in the room's ring, so broker → room is open as well.
// A folder's row names the folders that it may import beside its own. Whatever is not in its row is behind a wall.
const mayImport = {
  protocol: [],
  config: [],
  metrics: ['protocol'],
  room: ['protocol'],
  broker: ['room', 'protocol', 'metrics'],
  shard: ['room', 'broker', 'protocol', 'metrics'],
  auth: ['protocol', 'metrics'],
  session: ['shard', 'room', 'broker', 'protocol', 'metrics', 'auth', 'limits', 'moderation'],
  transport: ['session', 'shard', 'room', 'protocol', 'metrics', 'auth', 'limits'],
  http: ['session', 'shard', 'protocol', 'metrics', 'auth', 'limits', 'transport'],
  limits: ['room', 'broker', 'protocol', 'metrics'],
  moderation: ['room', 'broker', 'protocol', 'metrics', 'auth'],
  client: ['protocol'],
  web: ['client', 'protocol'],
  workers: ['metrics'],
};

const walls = Object.entries(mayImport).map(([folder, others]) => ({
  name: `wall-around-${folder}`,
  comment: `src/${folder} may import ${[folder, ...others].join(', ')} and packages only`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(clock\\.ts$|(${[folder, ...others].join('|')})/)` },
}));

const packageWall = (name, owners) => ({
  name: `only-owners-import-${name}`,
  comment: `${name} is imported by ${owners} alone`,
  severity: 'error',
  from: { path: '^src/', pathNot: owners },
  to: { path: `node_modules/${name}/` },
});

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...walls,
    {
      name: 'only-main-imports-server',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/(server|main)\\.ts$' },
    },
    packageWall('(uWebSockets\\.js|uws-pack)', '^src/(transport|http)/'),
    packageWall('ioredis', '^src/broker/redis'),
    packageWall('protobufjs', '^src/protocol/(protobuf-[a-z]+\\.ts|without-long\\.ts|generated/)'),
    packageWall('prom-client', '^src/metrics/'),
    packageWall('rate-limiter-flexible', '^src/limits/'),
    packageWall('@monyone/aho-corasick', '^src/moderation/text/'),
    packageWall('pino', '^src/(main|server)\\.ts$'),
    packageWall('zod', '^src/((config|protocol)/|auth/claims\\.ts$)'),
    packageWall('jose', '^src/auth/'),
    {
      name: 'client-has-no-zod',
      comment: 'what the browser loads imports no validation library',
      severity: 'error',
      from: { path: '^src/(client|web)/' },
      to: { path: 'node_modules/zod/', reachable: true },
    },
    {
      name: 'room-is-pure',
      comment: 'no I/O and no timers: node modules stay out, and so does the clock: times are passed in',
      severity: 'error',
      from: { path: '^src/room/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'room-has-its-clock-passed-in',
      severity: 'error',
      from: { path: '^src/room/' },
      to: { path: '^src/clock\\.ts$' },
    },
    {
      name: 'protocol-imports-nothing-else',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(zod|protobufjs|long)/' },
    },
    {
      name: 'client-has-no-node',
      comment: 'the SDK and the pages run in browsers',
      severity: 'error',
      from: { path: '^src/(client|web|protocol)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
