import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { unusedAddress } from '../lib/unused-address.ts';
import type { ChatNews, ChatOrder, ChatReport } from './chat-messages.ts';

const SCRIPT = fileURLToPath(new URL('chat-process.ts', import.meta.url));
/** Viewers whose latencies are measured. */
const SAMPLED = 200;
/** So few that no address comes near a limit. */
const PER_ADDRESS = 100;

/** Viewers who chat, in a process of their own. */
export class ChatCrowd {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Settles when all have joined. @param tokens - one for each @throws Error when one was refused */
  async open({ url, path, tokens }: { url: string; path: string; tokens: readonly string[] }): Promise<void> {
    const from = Array.from({ length: Math.ceil(tokens.length / PER_ADDRESS) }, unusedAddress);
    const sampleEvery = Math.max(1, Math.floor(tokens.length / SAMPLED));
    await this.#order({ do: 'open', port: Number(new URL(url).port), path, tokens, from, sampleEvery });
  }

  async speak(perSecond: number): Promise<void> {
    await this.#order({ do: 'speak', perSecond });
  }

  /** What is said from now on counts. */
  async measure(): Promise<void> {
    await this.#order({ do: 'measure' });
  }

  /** What is said from now on does not. */
  async measured(): Promise<void> {
    await this.#order({ do: 'measured' });
  }

  async report(): Promise<ChatReport> {
    const { report } = await this.#order({ do: 'report' });
    if (!report) throw new Error('a crowd reports when it is asked to');
    return report;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  async #order(order: ChatOrder): Promise<ChatNews> {
    return (await this.#child.ask(order)) as ChatNews; // what chat-process.ts sends
  }
}
