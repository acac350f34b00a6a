import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { readCommandLine } from './config/command-line.ts';
import { OptionError } from './config/read-options.ts';
import { ListenError } from './http/app.ts';
import { createServer } from './server.ts';

try {
  const options = readCommandLine(process.argv.slice(2), process.env);
  const logger = pino({ level: options.LOG_LEVEL, base: null });
  const server = createServer(options, { logger, pagesDir: fileURLToPath(new URL('./web/', import.meta.url)) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await server.stop();
      process.exit(0);
    });
  }
  await server.start();
} catch (error) {
  if (!(error instanceof OptionError || error instanceof ListenError)) throw error;
  process.stderr.write(`barrage: ${error.message}\n`);
  process.exit(1);
}
