import type { Principal } from './principal.ts';

/** A call as a use case receives it. */
export interface Call<Input> {
  readonly input: Input;
  readonly principal: Principal;
  /** What is left of the function's time; absent where a call has no time limit. */
  readonly millisecondsLeft?: (() => number) | undefined;
}

/** A call of a route that is open to all callers. */
export interface OpenCall<Input> {
  readonly input: Input;
  readonly principal: Principal | undefined;
}
