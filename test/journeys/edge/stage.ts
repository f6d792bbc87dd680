import type { Client } from '../../support/drivers/client.ts';
import type { ColdEdge } from '../../support/drivers/cold-edge.ts';
import type { Operator } from '../../support/drivers/operator.ts';
import type { Ready } from '../../support/drivers/runtime.ts';

/** What the cases of the edge share. */
export interface EdgeStage {
  readonly ready: Ready;
  readonly api: Client;
  readonly ops: Operator;
  /** A private picture, and where the edge has its renditions: `/o/<team>/<media>/<version>`. */
  readonly mediaId: string;
  readonly folder: string;
  /** The file in which the runtime notes what AWS would charge for. */
  readonly ledger: string;
  /** Another edge, which has kept nothing yet; it is stopped after the case. */
  readonly coldEdge: () => Promise<ColdEdge>;
}
