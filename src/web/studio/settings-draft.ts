import type { Settings } from '../../protocol/event.ts';

/** The settings as a form has them. An empty text sets nothing. */
export interface SettingsFields {
  readonly title: string;
  readonly chatPerSecond: string;
  readonly slowModeSeconds: string;
  readonly minLevel: string;
  /** Separated by commas. */
  readonly badges: string;
  readonly followersOnly: boolean;
  readonly emoteOnly: boolean;
  readonly muted: boolean;
  /** One a line. */
  readonly blockedWords: string;
}

export type FieldName = keyof SettingsFields;

/** A JSON merge patch over the settings: null takes one back. */
export type SettingsPatch = Partial<Record<FieldName, string | number | true | readonly string[] | null>>;

const NUMBERS: ReadonlySet<FieldName> = new Set(['chatPerSecond', 'slowModeSeconds', 'minLevel']);

export function fieldsOf(settings: Settings): SettingsFields {
  const { title = '', chatPerSecond, slowModeSeconds, minLevel, badges = [], blockedWords = [] } = settings;
  return {
    title,
    chatPerSecond: String(chatPerSecond ?? ''),
    slowModeSeconds: String(slowModeSeconds ?? ''),
    minLevel: String(minLevel ?? ''),
    badges: badges.join(', '),
    followersOnly: settings.followersOnly === true,
    emoteOnly: settings.emoteOnly === true,
    muted: settings.muted === true,
    blockedWords: blockedWords.join('\n'),
  };
}

/**
 * What is being written in a form of the room's settings, while others may change them: a field that was touched keeps what was written until
 * it is stored or discarded, the others follow the room.
 */
export class SettingsDraft {
  #stored = fieldsOf({});
  readonly #touched = new Map<FieldName, string | boolean>();

  /** As the form is to show them. */
  get fields(): SettingsFields {
    return { ...this.#stored, ...Object.fromEntries(this.#touched) };
  }

  /** What would be changed. */
  get changed(): readonly FieldName[] {
    return [...this.#touched.keys()];
  }

  /** As the room has it. */
  stored(name: FieldName): string | boolean {
    return this.#stored[name];
  }

  /** The room's settings are these now. */
  told(settings: Settings): void {
    this.#stored = fieldsOf(settings);
    for (const [name, value] of this.#touched) if (isSame(name, value, this.#stored[name])) this.#touched.delete(name);
  }

  write(name: FieldName, value: string | boolean): void {
    if (isSame(name, value, this.#stored[name])) this.#touched.delete(name);
    else this.#touched.set(name, value);
  }

  discard(): void {
    this.#touched.clear();
  }

  /** What is to be sent. What cannot be a number goes as it is: the server says what it takes. */
  patch(): SettingsPatch {
    return Object.fromEntries([...this.#touched].map(([name, value]) => [name, sentValue(name, value)]));
  }
}

function isSame(name: FieldName, a: string | boolean, b: string | boolean): boolean {
  return JSON.stringify(sentValue(name, a)) === JSON.stringify(sentValue(name, b));
}

function sentValue(name: FieldName, field: string | boolean): string | number | true | readonly string[] | null {
  if (typeof field === 'boolean') return field || null;
  if (name === 'badges' || name === 'blockedWords') {
    const words = field
      .split(name === 'badges' ? /[,\n]/ : '\n')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    return words.length === 0 ? null : words;
  }
  const text = field.trim();
  if (text === '') return null;
  return NUMBERS.has(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
