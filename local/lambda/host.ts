import { AwsError, type FunctionHost, type InvokeResult, LOCAL_REGION, type Service } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import type { FunctionLogs } from './function-logs.ts';
import { HOST_MODULES, loadNativeModules } from './native-modules.ts';
import { createPool, type Pool } from './pool.ts';

/** The functions of the stack, running. */
export interface RunningFunctions extends FunctionHost, Service {
  /** How many requests the function takes at once. */
  capacity(nameOrArn: string): number;
  spec(nameOrArn: string): FunctionSpec;
  /** Ends the idle instances of a function that is not needed again soon. */
  rest(nameOrArn: string): void;
  /** Replaces the functions by those of a new version of the stack; running requests finish on the old one. */
  update(specs: readonly FunctionSpec[]): void;
}

/** The dependencies of functions. */
export interface FunctionHostOptions {
  readonly logs: FunctionLogs;
  /** Credentials, endpoints and the template's variables with local addresses. Awaited at each start of an instance. */
  readonly environmentOf: (spec: FunctionSpec) => Promise<Readonly<Record<string, string>>>;
  readonly idleMs?: number;
}

const DEFAULT_CAPACITY = 4;
// Functions with a longer timeout mostly wait for others or for events, without the processor.
const WAITING_CAPACITY = 16;
const USUAL_TIMEOUT_MS = 15_000;
// Native work fills the processors with half of these; the rest are there so that no team has all of them.
const LAYER_CAPACITY = 5;
const IDLE_MS = 60_000;

/** Runs the functions of the stack, each in worker threads of its own. */
export const createFunctionHost = (specs: readonly FunctionSpec[], options: FunctionHostOptions): RunningFunctions => {
  const pools = new Map<string, Pool>();
  const retiring = new Set<Promise<void>>();
  let known = byName(specs);
  const idleMs = options.idleMs ?? IDLE_MS;
  const reaper = setInterval(
    () => {
      for (const pool of pools.values()) pool.reap(Date.now() - idleMs);
    },
    Math.min(idleMs, 10_000),
  ).unref();

  const find = (nameOrArn: string): FunctionSpec => {
    const name = nameOrArn.replace(/^arn:.*:function:/, '');
    const spec = known.get(name);
    if (spec) return spec;
    const arn = `arn:aws:lambda:${LOCAL_REGION}:000000000000:function:${name}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  };
  const poolOf = (spec: FunctionSpec): Pool => {
    const existing = pools.get(spec.name);
    if (existing) return existing;
    const pool = createPool(spec, {
      capacity: capacityOf(spec, known.values()),
      prepare: async () => {
        if (spec.hasLayer) loadNativeModules();
        return {
          environment: { ...(await options.environmentOf(spec)), NODE_PATH: HOST_MODULES },
          onOutput: (chunk) => options.logs.write(spec.name, chunk),
        };
      },
    });
    pools.set(spec.name, pool);
    return pool;
  };

  return {
    spec: find,
    capacity: (nameOrArn) => capacityOf(find(nameOrArn), known.values()),
    invoke: async (nameOrArn, event, withdrawn): Promise<InvokeResult> => {
      const spec = find(nameOrArn);
      if (spec.reservedConcurrency === 0) {
        throw new AwsError('TooManyRequestsException', `The function ${spec.name} has no concurrency reserved.`, 429);
      }
      return poolOf(spec).invoke(JSON.stringify(event) ?? 'null', withdrawn);
    },
    rest: (nameOrArn) => pools.get(find(nameOrArn).name)?.reap(Date.now()),
    update: (next) => {
      const before = known;
      known = byName(next);
      for (const [name, pool] of pools) {
        if (JSON.stringify(before.get(name)) === JSON.stringify(known.get(name))) continue;
        pools.delete(name);
        const retirement = pool.retire().finally(() => retiring.delete(retirement));
        retiring.add(retirement);
      }
    },
    stop: async () => {
      clearInterval(reaper);
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
};

const byName = (specs: readonly FunctionSpec[]): ReadonlyMap<string, FunctionSpec> =>
  new Map(specs.map((spec) => [spec.name, spec]));

/** How many requests a function takes at once: one that decodes for others, as many as each of these would. */
const capacityOf = (spec: FunctionSpec, all: Iterable<FunctionSpec>): number => {
  const { hasLayer, timeoutMs, reservedConcurrency = Number.POSITIVE_INFINITY } = spec;
  const decoding = LAYER_CAPACITY * Math.max(1, callersOf(spec, all));
  const most = hasLayer ? decoding : timeoutMs > USUAL_TIMEOUT_MS ? WAITING_CAPACITY : DEFAULT_CAPACITY;
  return Math.max(1, Math.min(most, reservedConcurrency));
};

/** Functions are invoked by the name in a variable of their callers. */
const callersOf = ({ name }: FunctionSpec, all: Iterable<FunctionSpec>): number =>
  [...all].filter(({ environment }) => Object.values(environment).includes(name)).length;
