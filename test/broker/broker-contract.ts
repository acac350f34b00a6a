import { describeCombos } from './combo-contract.ts';
import type { MakeBroker } from './contract-fixture.ts';
import { describeDistributing } from './distributing-contract.ts';
import { describeForgetting } from './forgetting-contract.ts';
import { describeRetracting } from './retracting-contract.ts';
import { describeStoring } from './storing-contract.ts';

/** The guarantees of `src/broker/broker.ts`, whatever stands behind it. */
export function describeBrokerContract(name: string, makeBroker: MakeBroker): void {
  describeStoring(name, makeBroker);
  describeDistributing(name, makeBroker);
  describeForgetting(name, makeBroker);
  describeCombos(name, makeBroker);
  describeRetracting(name, makeBroker);
}
