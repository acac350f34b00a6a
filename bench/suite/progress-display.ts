import { Presets, SingleBar } from 'cli-progress';

const STEPS = 1000;

/** Tells how far a command has come: a bar in a terminal; elsewhere a line when the text changes, for logs. */
export interface ProgressDisplay {
  /** @param share - 0 to 1 */
  show(text: string, share: number): void;
  /** Something is about to be printed that is to stay. */
  end(): void;
}

/** On the standard error output: results alone go to the standard output. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? barOn(stream) : linesOn((line) => stream.write(`${line}\n`));
}

export function linesOn(write: (line: string) => void): ProgressDisplay {
  let last: string | undefined;
  return {
    show(text) {
      if (text !== last) write(text);
      last = text;
    },
    end() {
      last = undefined;
    },
  };
}

function barOn(stream: NodeJS.WriteStream): ProgressDisplay {
  let bar: SingleBar | undefined;
  return {
    show(text, share) {
      if (!bar) {
        bar = new SingleBar(
          // Not its own handling of signals: who was interrupted stops children first.
          { stream, format: '{bar} {percentage} %  {text}', barsize: 24, hideCursor: true, gracefulExit: false, clearOnComplete: true },
          Presets.shades_classic,
        );
        bar.start(STEPS, 0, { text });
      }
      // Never full: that would end it.
      bar.update(Math.min(STEPS - 1, Math.round(share * STEPS)), { text });
    },
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}
