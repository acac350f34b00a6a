import { vi } from 'vitest';

/** The platform's own `DecompressionStream`, until globals are put back; `watch` sees what comes out of it, and may hold it. */
export function watchInflating(watch: (chunk: Uint8Array) => void | Promise<void>): void {
  const Real = DecompressionStream;
  vi.stubGlobal(
    'DecompressionStream',
    class {
      readonly readable: ReadableStream<Uint8Array>;
      readonly writable: WritableStream<BufferSource>;

      constructor(format: CompressionFormat) {
        const { readable, writable } = new Real(format);
        const watched = new TransformStream<Uint8Array, Uint8Array>({
          async transform(chunk, controller) {
            await watch(chunk);
            controller.enqueue(chunk);
          },
        });
        this.readable = readable.pipeThrough(watched);
        this.writable = writable;
      }
    },
  );
}

/** Inflating that lets nothing out before it is told to. */
export class HeldInflating {
  /** Settles when the first frame is being inflated. */
  readonly began: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    const opened = new Promise<void>((resolve) => {
      this.#open = resolve;
    });
    this.began = new Promise((resolve) => {
      watchInflating(() => {
        resolve();
        return opened;
      });
    });
  }

  /** Lets all out, and what follows from it happen. */
  async release(): Promise<void> {
    this.#open();
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
}
