/** Something that whoever called the command can mend: told in one line, without a stack. */
export class CommandError extends Error {}

/** Runs a command to its end. A `CommandError` is told in one line; either way a failure makes the process exit with 1. */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof CommandError ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
