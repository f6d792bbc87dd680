import { countedAs } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { type ClaimLimits, shareOf } from '../domain/shares.ts';
import type { Claims } from '../table/claim-store.ts';

/**
 * Forms whose files are looked into at once, of a person or the guests at an address, and of a team or all guests; the keys of a
 * person count apart.
 */
const PLACES: ClaimLimits = { ofHolder: 2, ofAll: 4, lanes: 1 };
/** Longer than the function of forms may run: a place that no call gives back is free again after this. */
const CALL_SECONDS = 30;
/** How long a form waits for the one before it, which usually takes less. */
const PATIENCE_MILLISECONDS = 5000;
/** The first wait for a place; each further one is twice as long, since every look is a write to the table. */
const FIRST_WAIT_MILLISECONDS = 200;

/** Does the work of a form while it has one of the places of its sender. */
export type InFormPlace = <Result>(principal: FormSender, work: () => Promise<Result>) => Promise<Result>;
type FormSender = Pick<Principal, 'userId' | 'teamId' | 'credential' | 'address'>;

export interface FormPlacesDeps {
  readonly claims: Pick<Claims, 'take' | 'release'>;
  readonly newId: () => string;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** Without places, for the gateway, which bounds its forms before it receives them. */
export const inAnyPlace: InFormPlace = (_, work) => work();

/**
 * Files of forms are looked into by few instances of one function, and small ones can take long: these places keep one team, or
 * all guests together, from occupying all of them. Throws `BUSY` when none is free.
 */
export const inFormPlace =
  ({ claims, newId, pause }: FormPlacesDeps): InFormPlace =>
  async (principal, work) => {
    const share = `form#${shareOf(principal.teamId)}`;
    const request = { holder: countedAs(principal).id, limits: PLACES, seconds: CALL_SECONDS };
    const id = newId();
    let wait = FIRST_WAIT_MILLISECONDS;
    for (let waited = 0; !(await claims.take(share, id, request)); waited += wait, wait *= 2) {
      if (waited >= PATIENCE_MILLISECONDS) throw busy();
      await pause(wait);
    }
    try {
      return await work();
    } finally {
      // The place of a release that fails is free after the time of a call.
      await claims.release(share, id).catch(() => undefined);
    }
  };

const busy = (): MediaError =>
  new MediaError('BUSY', 'Too many forms of yours or of your team are being looked into', { retryAfter: 5 });
