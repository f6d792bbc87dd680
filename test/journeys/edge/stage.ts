import type { Client } from '../../support/drivers/client.ts';
import type { ColdEdge } from '../../support/drivers/cold-edge.ts';
import type { Operator } from '../../support/drivers/operator.ts';
import type { Ready } from '../../support/drivers/runtime.ts';

/** What the cases of the edge share. */
export interface EdgeStage {
  readonly ready: Ready;
  readonly api: Client;
  readonly ops: Operator;
  /** Another edge, which has kept nothing yet; it is stopped after the case. */
  readonly coldEdge: () => Promise<ColdEdge>;
}
