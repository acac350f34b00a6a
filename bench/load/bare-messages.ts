import type { FrameNote } from './viewer-messages.ts';

/** What the benchmark tells the control to do. Each order is answered once: `{}` when it is done, or what it found. */
export type BareOrder =
  /** Publishes frames of these lengths at these times. */
  | { readonly play: readonly FrameNote[] }
  /** Publishes frames of this length as fast as they are read. */
  | { readonly saturate: { readonly bytes: number; readonly seconds: number } }
  /** How far its room has come. */
  | 'position';
