import type { z } from 'zod';
import { accept, type ErrorCode, type Result, refuse } from './error-catalog.ts';
import type { IssueParams } from './fields.ts';

const MAX_PATH = 80;

/**
 * Checks a decoded value against a schema. A refusal names the first thing that is wrong, by its path within `what`:
 * `events[3].gift.count must be ≥ 1`.
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): Result<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  return issue ? refusalOf(issue, value, what) : refuse('invalid_field');
}

function refusalOf(issue: z.core.$ZodIssue, value: unknown, what: string): { ok: false } & Result<never> {
  const path = pathText(what, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return refuse('unknown_field', { message: `${pathText(what, [...issue.path, issue.keys[0] ?? ''])} is not a known field` });
    case 'custom': {
      const code = (issue.params as IssueParams | undefined)?.code ?? 'invalid_field';
      return refuse(code, { message: `${path} ${issue.message}` });
    }
    case 'invalid_type':
      if (at(value, issue.path) === undefined) return refuse('missing_field', { message: `${path} is missing` });
      return refuse('invalid_field', { message: `${path} must be ${article(issue.expected)}` });
    case 'too_small':
      return refuse('invalid_field', { message: `${path} ${verb(issue.origin)} at least ${issue.minimum}` });
    case 'too_big':
      return refuse('invalid_field', { message: `${path} ${verb(issue.origin)} at most ${issue.maximum}` });
    case 'invalid_value':
      if (at(value, issue.path) === undefined) return refuse('missing_field', { message: `${path} is missing` });
      return refuse('invalid_field', { message: `${path} must be one of ${issue.values.join(', ')}` });
    default:
      return refuse('invalid_field' satisfies ErrorCode, { message: `${path} ${issue.message}` });
  }
}

function article(type: string): string {
  if (type === 'int') return 'an integer';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A number is at least so much, a list holds at least so many. */
function verb(origin: string): string {
  return origin === 'array' ? 'must hold' : 'must be';
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** A path in words. It holds a peer's own key when a field is unknown: it is shortened, and made well-formed for the wire. */
export function pathText(what: string, path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, key) => (typeof key === 'number' ? `${before}[${key}]` : `${before}.${String(key)}`), what);
  const short = text.length > MAX_PATH ? `${text.slice(0, MAX_PATH)}…` : text;
  return short.replace(/\p{Cc}/gu, '?').toWellFormed();
}
