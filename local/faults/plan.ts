/** Where faults can be: calls of a service, and what queues and streams deliver to functions. */
export const SERVICES = ['table', 'bucket', 'queue', 'secrets', 'invoke', 'delivery'] as const;
export type FaultyService = (typeof SERVICES)[number];

/** What can go wrong. */
export const KINDS = [
  /** An error of the service, and nothing is done. */
  'refuse',
  /** The error of a service that has too many calls. */
  'throttle',
  /** The call is done later. */
  'delay',
  /** The call is done, and its answer does not arrive. */
  'lose-answer',
  /** The call is done twice, as when its answer was lost and the SDK repeats it. */
  'twice',
  /** The messages of a batch come in another order. */
  'reorder',
  /** The call is done, and the runtime is killed before it is answered. */
  'kill',
] as const;
export type FaultKind = (typeof KINDS)[number];

/** One kind of fault, at some of the calls of a service. */
export interface FaultRule {
  readonly service: FaultyService;
  readonly do: FaultKind;
  /** An operation (`UpdateItem`, `PUT`) or the name of a function; all of them when it is absent. */
  readonly call?: string;
  /** Text that the request has to contain. */
  readonly about?: string;
  /** The share of these calls, from 0 to 1; 1 when it is absent. */
  readonly share?: number;
  /** Calls that pass before the first fault. */
  readonly after?: number;
  /** The most faults; no bound when it is absent. */
  readonly times?: number;
  /** How long a delay is; 1000 when it is absent. */
  readonly milliseconds?: number;
}

/** A file of faults. */
export interface FaultPlan {
  /** The same seed and the same calls have the same faults. */
  readonly seed: number;
  /** The longest time in milliseconds that global indexes are behind their table. Read at the start only. */
  readonly indexLag: number;
  readonly faults: readonly FaultRule[];
}

/** A file that is no plan of faults. */
export class BadPlan extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0;

/** The check of each field, and what the field may be. */
const FIELDS: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  service: [(value) => SERVICES.some((each) => each === value), `one of ${SERVICES.join(', ')}`],
  do: [(value) => KINDS.some((each) => each === value), `one of ${KINDS.join(', ')}`],
  call: [(value) => typeof value === 'string', 'a text'],
  about: [(value) => typeof value === 'string', 'a text'],
  share: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
  after: [isCount, 'a number of calls'],
  times: [isCount, 'a number of faults'],
  milliseconds: [isCount, 'a number'],
};

const readRule = (value: unknown, index: number): FaultRule => {
  if (!isObject(value)) throw new BadPlan(`fault ${index} is no object`);
  for (const name of ['service', 'do']) if (!(name in value)) throw new BadPlan(`fault ${index} has no "${name}"`);
  for (const [name, each] of Object.entries(value)) {
    const field = FIELDS[name];
    if (!field) throw new BadPlan(`fault ${index} has an unknown field "${name}"`);
    if (!field[0](each)) throw new BadPlan(`"${name}" of fault ${index} is ${field[1]}, not ${JSON.stringify(each)}`);
  }
  const rule = value as unknown as FaultRule;
  if (rule.do === 'reorder' && rule.service !== 'delivery') throw new BadPlan('only a delivery can be reordered');
  if (rule.do === 'twice' && rule.service === 'bucket') throw new BadPlan('calls of the bucket are not done twice');
  return rule;
};

/** Reads a plan; throws `BadPlan` with one line about the fault in it. */
export const readPlan = (text: string): FaultPlan => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadPlan(`it is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new BadPlan('it is no object');
  const { seed = 1, indexLag = 0, faults = [], ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new BadPlan(`it has an unknown field "${other}"`);
  if (!isCount(seed)) throw new BadPlan('"seed" is a number from 0');
  if (!isCount(indexLag)) throw new BadPlan('"indexLag" is a number of milliseconds');
  if (!Array.isArray(faults)) throw new BadPlan('"faults" is a list');
  return { seed: seed as number, indexLag: indexLag as number, faults: faults.map(readRule) };
};
