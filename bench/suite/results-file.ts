import { readFileSync } from 'node:fs';
import { CommandError } from '../lib/command-error.ts';
import type { ScenarioResult } from '../lib/scenario.ts';
import type { MergedResult } from './merge-runs.ts';

/** Raised when a reader of older files would misread a new one. */
export const RESULTS_SCHEMA = 1;

/** A results file: what the whole suite measured, and on what. JSON. */
export interface SuiteResults {
  readonly schema: typeof RESULTS_SCHEMA;
  /** ISO 8601, when the suite began. */
  readonly date: string;
  /** Of the working tree, short; `+` behind it when something was changed. Absent without git. */
  readonly commit?: string;
  readonly machine: string;
  readonly node: string;
  readonly command: string;
  readonly pinning: string;
  /** How long the suite took. */
  readonly seconds: number;
  /** How often the suite was run. */
  readonly runs: number;
  readonly scenarios: readonly SuiteEntry[];
}

export interface SuiteEntry {
  readonly name: string;
  readonly description: string;
  /** All runs of it. */
  readonly seconds: number;
  /** Absent when it failed every time. */
  readonly result?: MergedResult;
  /** As each run measured it. */
  readonly each: readonly ScenarioResult[];
  /** What the runs that failed said. */
  readonly errors: readonly string[];
}

/** @throws CommandError when there is no such file, or it is something else */
export function readResults(path: string): SuiteResults {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !('schema' in value))
    throw new CommandError(`${path} is no results file of the suite`);
  if (value.schema !== RESULTS_SCHEMA)
    throw new CommandError(`${path} has schema ${String(value.schema)}: ${RESULTS_SCHEMA} is what is read here`);
  return value as SuiteResults; // by its schema: the suite writes no other
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller, with the file's name
  }
}
