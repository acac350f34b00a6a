/** Someone who does one thing after the other: says it, or polls. */
export interface Speaker {
  /** Resolves once all are acknowledged. @throws Error when one is refused */
  say(texts: readonly string[]): Promise<void>;
  close(): void;
}

export interface SpeakerOptions {
  /** `http://…` */
  readonly url: string;
  readonly room: string;
  /** Brought along also where nobody looks at it: both servers read as many bytes. */
  readonly token: string;
  /** Another one with each call, of a user of its own. */
  readonly newToken: () => Promise<string>;
}

export type OpenSpeaker = (options: SpeakerOptions) => Promise<Speaker>;
