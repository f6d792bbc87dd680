/** One step of a smoke test: what it does, and where to look when it fails. */
export interface Step {
  readonly name: string;
  /** Steps without which this one cannot be tried. */
  readonly needs?: readonly string[];
  readonly lookAt: string;
  /** Throws what is wrong; answers what to say of a success. */
  run(signal: AbortSignal): Promise<string>;
}

export interface StepResult {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly milliseconds: number;
  readonly said: string;
  readonly lookAt?: string;
}

/** Runs the steps in their order. One that needs a step that failed is skipped; the others are tried all the same. */
export const runSteps = async (
  steps: readonly Step[],
  longestMs: number,
  tell: (result: StepResult) => void,
): Promise<readonly StepResult[]> => {
  const results = new Map<string, StepResult>();
  for (const { name, needs = [], lookAt, run } of steps) {
    const missing = needs.find((each) => results.get(each)?.state !== 'ok');
    const result =
      missing === undefined
        ? await tried(name, lookAt, run, longestMs)
        : { name, state: 'skipped' as const, milliseconds: 0, said: `needs: ${missing}` };
    results.set(name, result);
    tell(result);
  }
  return [...results.values()];
};

const tried = async (name: string, lookAt: string, run: Step['run'], longestMs: number): Promise<StepResult> => {
  const start = performance.now();
  const ended = (): number => Math.round(performance.now() - start);
  const stop = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`nothing came of it in ${longestMs / 1000} s`));
    stop.abort();
  }, longestMs);
  try {
    const said = await Promise.race([run(stop.signal), late.promise]);
    return { name, state: 'ok', milliseconds: ended(), said };
  } catch (error) {
    return { name, state: 'failed', milliseconds: ended(), said: reasonOf(error), lookAt };
  } finally {
    clearTimeout(timer);
    late.promise.catch(() => {});
  }
};

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  const deeper = cause instanceof Error ? `: ${cause.message}` : '';
  return `${message}${deeper}`;
};

/** One line for a step, and a second one for where to look. */
export const describeResult = ({ name, state, milliseconds, said, lookAt }: StepResult): readonly string[] => {
  const marks = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' };
  const time = state === 'skipped' ? ''.padStart(8) : `${(milliseconds / 1000).toFixed(2)} s`.padStart(8);
  return [
    `${marks[state]}${time}  ${name.padEnd(WIDTH)}  ${said}`,
    ...(lookAt ? [`${''.padEnd(INDENT)}look at: ${lookAt}`] : []),
  ];
};

const WIDTH = 28;
const INDENT = 7 + 8 + 2 + WIDTH + 2;

/** Asks again and again until the answer is what is waited for, or the signal ends it. */
export const eventually = async <T>(ask: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};
