import { z } from 'zod';

export interface OptionRow<S extends z.ZodType = z.ZodType> {
  /** Its value is told nowhere, not even where it is wrong. */
  readonly isSecret?: true;
  /** Checks and converts the text of the variable or flag. */
  readonly schema: S;
  readonly default: string;
  /** Said of bounds and units in `--help` and in the README. */
  readonly values: string;
  readonly help: string;
}

export const row = <S extends z.ZodType>(option: OptionRow<S>): OptionRow<S> => option;

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** As long as the shortest signature: a shorter one is guessed from one token, without asking the server. */
const MIN_SECRET_BYTES = 32;
export const secret = z
  .string()
  .refine((text) => text === '' || Buffer.byteLength(text) >= MIN_SECRET_BYTES, `must be at least ${MIN_SECRET_BYTES} bytes long`);
