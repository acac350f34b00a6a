import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import { BrokerStartError } from './broker/start-error.ts';
import { systemClock } from './clock.ts';
import { readCommandLine } from './config/command-line.ts';
import type { Options } from './config/options.ts';
import { OptionError } from './config/read-options.ts';
import { addressOf, cannotListen, ListenError } from './http/app.ts';
import { CertificateError } from './http/certificate.ts';
import { WorkersMetrics } from './metrics/workers-metrics.ts';
import { WordFileError } from './moderation/text/word-file.ts';
import { createServer } from './server.ts';
import { reservePort } from './workers/reserve-port.ts';
import { onStopSignals } from './workers/stop-signals.ts';
import { Supervisor, WorkerStartError } from './workers/supervisor.ts';
import { WorkerLink } from './workers/worker-link.ts';

/** Tells a process that it was forked as a worker, and as which. */
const WORKER_INDEX = 'BARRAGE_WORKER';
/** After `DRAIN_MS`: for what is under way when every viewer has been told. */
const STOP_GRACE_MS = 5000;
/** A worker that does not keep to its own time is killed. */
const KILL_GRACE_MS = 2000;

const MAIN = fileURLToPath(import.meta.url);
const PAGES_DIR = fileURLToPath(new URL('./web/', import.meta.url));

const index = process.env[WORKER_INDEX];
const link = index === undefined ? undefined : new WorkerLink(process, systemClock);
try {
  const args = process.argv.slice(2);
  const options = readCommandLine(args, process.env);
  // Written at once: few lines, and the last of them right before the process ends.
  const lines = pino.destination({ fd: process.stdout.fd, sync: true });
  const logger = pino({ level: options.LOG_LEVEL, base: index === undefined ? null : { worker: Number(index) } }, lines);
  if (!link && options.WORKERS > 1) await supervise(options, { args, logger });
  else await serve(options, logger);
} catch (error) {
  if (!isForTheOperator(error)) throw error;
  if (link) await link.tellFailed(error.message);
  else process.stderr.write(`barrage: ${error.message}\n`);
  process.exit(1);
}

/** Runs a server in this process, alone or as a worker. */
async function serve(options: Options, logger: Logger): Promise<void> {
  const server = createServer(options, { logger, pagesDir: PAGES_DIR, ...(link && { exposeAll: () => link.exposeAll() }) });
  let state: 'starting' | 'up' | 'stopping' = 'starting';
  const stop = async (port: 'answers' | 'left-to-others') => {
    if (state === 'stopping') return;
    if (state === 'starting') process.exit(0); // nobody has been let in
    state = 'stopping';
    systemClock.after(options.DRAIN_MS + STOP_GRACE_MS, () => {
      logger.error('not stopped in time: ended with work undone');
      process.exit(1);
    });
    await server.stop(port);
    process.exit(0);
  };
  link?.serve({
    snapshot: () => server.snapshot(),
    renew: () => server.renew(),
    stop: (why) => {
      if (why === 'orphaned') logger.error('the supervisor is gone');
      void stop(why === 'orphaned' ? 'left-to-others' : 'answers');
    },
  });
  onStopSignals(process, {
    // A terminal's Ctrl-C reaches workers and supervisor alike, and it is the supervisor's to act on.
    signals: link ? ['SIGTERM'] : ['SIGTERM', 'SIGINT'],
    clock: systemClock,
    first: () => void stop(link ? 'left-to-others' : 'answers'),
    second: () => endAtOnce(logger),
  });
  process.on('SIGHUP', () => server.renew());
  if (link) process.on('SIGINT', () => undefined);
  await server.start();
  state = 'up';
  link?.tellListening();
}

/** Runs `WORKERS` processes of this program. */
async function supervise(options: Options, { args, logger }: { args: readonly string[]; logger: Logger }): Promise<void> {
  const { DRAIN_MS, HOST, TLS_CERT_FILE, WORKERS } = options;
  const port = await reservePort(options).catch(() => {
    throw new ListenError(cannotListen(options));
  });
  const supervisor = new Supervisor({
    workers: WORKERS,
    fork: (worker) =>
      fork(MAIN, [...args, '--port', String(port)], {
        env: { ...process.env, [WORKER_INDEX]: String(worker) },
        serialization: 'advanced',
      }),
    clock: systemClock,
    metrics: new WorkersMetrics(WORKERS),
    stopMs: DRAIN_MS + STOP_GRACE_MS + KILL_GRACE_MS,
    onDeath: ({ code, failure, pid, restartMs, signal, worker }) =>
      logger.error({ worker, pid, code, signal, failure, restartMs }, 'a worker ended: it is started again'),
    onFault: (error) => logger.error({ err: error }, 'the metrics of the workers could not be summed'),
  });
  let isStopping = false;
  onStopSignals(process, {
    signals: ['SIGTERM', 'SIGINT'],
    clock: systemClock,
    first: async () => {
      isStopping = true;
      logger.info({ workers: WORKERS }, 'stopping all workers');
      const how = await supervisor.stop();
      if (how === 'in-order') logger.info('all workers have stopped');
      else logger.error('not all workers stopped in order');
      process.exit(how === 'in-order' ? 0 : 1);
    },
    second: () => {
      supervisor.kill();
      endAtOnce(logger);
    },
  });
  process.on('SIGHUP', () => supervisor.renew());
  try {
    await supervisor.start();
  } catch (error) {
    if (isStopping) return;
    await supervisor.stop();
    throw error;
  }
  logger.info(
    { host: HOST, port, workers: WORKERS },
    `${WORKERS} workers listen on ${TLS_CERT_FILE === '' ? 'http' : 'https'}://${addressOf(HOST)}:${port}/`,
  );
}

/** Whether an error's message is one line that says what to change. */
function isForTheOperator(error: unknown): error is Error {
  return [OptionError, CertificateError, ListenError, BrokerStartError, WordFileError, WorkerStartError].some(
    (kind) => error instanceof kind,
  );
}

function endAtOnce(logger: Logger): void {
  logger.warn('a second signal: ended at once');
  process.exit(1);
}
