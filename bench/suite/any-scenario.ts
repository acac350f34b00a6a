import type { Scenario } from '../lib/scenario.ts';

/** A scenario in a list of several, each with options of its own: they come from its own `configure`. */
export type AnyScenario = Scenario<object>;
