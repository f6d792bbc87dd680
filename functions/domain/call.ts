import type { Principal } from './principal.ts';

/** A call as a use case receives it. */
export interface Call<Input> {
  readonly input: Input;
  readonly principal: Principal;
  /** What is left of the function's time; absent where a call has no time limit. */
  readonly millisecondsLeft?: (() => number) | undefined;
  /** Set for a call with an `Idempotency-Key`. */
  readonly keyed?: KeyedWork | undefined;
}

/** A call of a route that is open to all callers. */
export interface OpenCall<Input> {
  readonly input: Input;
  readonly principal: Principal | undefined;
}

/**
 * What all attempts at a call with one `Idempotency-Key` have in common. An item that the call makes has an id of the key, so a
 * repeat finds what an attempt made that ended without an answer.
 */
export interface KeyedWork {
  /** An earlier attempt ended without an answer, and may have made some or all of what the call is for. */
  readonly isRepeat: boolean;
  /** The ids of the call, in the same order for each attempt. Each source starts with the first. */
  newIds(): () => string;
  /** A secret of the call, the same for each attempt. */
  secret(bytes: number): Uint8Array;
  /** Whether this attempt still has the key. Another one may have taken over from an attempt that was held up. */
  isHeld(): Promise<boolean>;
  /** Everything that attempts made was removed: the next one begins anew, with other ids. */
  undone(): void;
}

/** The ids for the items of a call: those of its key, or new ones. */
export const idsOf = ({ keyed }: Pick<Call<unknown>, 'keyed'>, newId: () => string): (() => string) =>
  keyed?.newIds() ?? newId;

/** What an earlier attempt of the call made, if there was one. */
export const madeBefore = async <Made>(
  { keyed }: Pick<Call<unknown>, 'keyed'>,
  find: () => Promise<Made | undefined>,
): Promise<Made | undefined> => (keyed?.isRepeat ? find() : undefined);
