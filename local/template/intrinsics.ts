import { isRecord, type Json, type JsonRecord, list, text } from './json.ts';

/** The lookups of an intrinsic function. */
export interface Lookups {
  /** Value of a pseudo parameter, a parameter, or a resource's `Ref`. */
  ref(name: string): Json;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  mapping(name: string): JsonRecord;
}

/** Marks a property that `AWS::NoValue` removes. */
export const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

/** Resolves every intrinsic function in a value of the template, to any depth. */
export const resolveIntrinsics = (value: Json, lookups: Lookups): Json | undefined => {
  const resolved = resolveValue(value, lookups);
  return resolved === NO_VALUE ? undefined : resolved;
};

const resolveValue = (value: Json, lookups: Lookups): Resolved => {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => resolveValue(item, lookups)).filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) {
    const argument = value[key] as Json;
    if (key === 'Ref') return argument === 'AWS::NoValue' ? NO_VALUE : lookups.ref(text(argument, 'Ref'));
    if (key === 'Condition' && typeof argument === 'string') return lookups.condition(argument);
    if (key.startsWith('Fn::')) return callFunction(key, argument, lookups);
  }
  const result: Record<string, Json> = {};
  for (const name of keys) {
    const resolved = resolveValue(value[name] as Json, lookups);
    if (resolved !== NO_VALUE) result[name] = resolved;
  }
  return result;
};

type Intrinsic = (argument: Json, lookups: Lookups) => Resolved;

const callFunction = (name: string, argument: Json, lookups: Lookups): Resolved => {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined) throw new Error(`The local runtime does not know the intrinsic function ${name}.`);
  return intrinsic(argument, lookups);
};

const resolveText = (value: Json | undefined, lookups: Lookups, where: string): string => {
  const resolved = value === undefined ? undefined : resolveIntrinsics(value, lookups);
  return text(resolved, where);
};

const resolveList = (value: Json | undefined, lookups: Lookups, where: string): readonly Json[] => {
  const resolved = value === undefined ? undefined : resolveIntrinsics(value, lookups);
  if (!Array.isArray(resolved)) throw new Error(`${where} needs a list, but has ${JSON.stringify(resolved)}.`);
  return resolved;
};

const resolveTruth = (value: Json | undefined, lookups: Lookups, where: string): boolean => {
  const resolved = value === undefined ? undefined : resolveIntrinsics(value, lookups);
  if (typeof resolved !== 'boolean')
    throw new Error(`${where} needs a condition, but has ${JSON.stringify(resolved)}.`);
  return resolved;
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'Fn::GetAtt': (argument, lookups) => {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument);
    return lookups.attribute(
      text(logicalId, 'Fn::GetAtt'),
      attribute.map((part) => resolveText(part, lookups, 'Fn::GetAtt')).join('.'),
    );
  },
  'Fn::Join': (argument, lookups) => {
    const [delimiter, parts] = list(argument);
    return resolveList(parts, lookups, 'Fn::Join')
      .map((part) => text(part, 'Fn::Join'))
      .join(text(delimiter, 'Fn::Join'));
  },
  'Fn::Sub': (argument, lookups) => {
    const [template, variables] = typeof argument === 'string' ? [argument, undefined] : list(argument);
    const own = isRecord(variables) ? variables : {};
    return text(template, 'Fn::Sub').replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (own[name] !== undefined) return resolveText(own[name], lookups, 'Fn::Sub');
      const dot = name.indexOf('.');
      const found = dot < 0 ? lookups.ref(name) : lookups.attribute(name.slice(0, dot), name.slice(dot + 1));
      return text(found, 'Fn::Sub');
    });
  },
  'Fn::Select': (argument, lookups) => {
    const [index, choices] = list(argument);
    const found = resolveList(choices, lookups, 'Fn::Select')[Number(resolveText(index, lookups, 'Fn::Select'))];
    if (found === undefined) throw new Error(`Fn::Select has no element ${JSON.stringify(index)}.`);
    return found;
  },
  'Fn::Split': (argument, lookups) => {
    const [delimiter, source] = list(argument);
    return resolveText(source, lookups, 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::Base64': (argument, lookups) => Buffer.from(resolveText(argument, lookups, 'Fn::Base64')).toString('base64'),
  'Fn::If': (argument, lookups) => {
    const [condition, whenTrue, whenFalse] = list(argument);
    const chosen = lookups.condition(text(condition, 'Fn::If')) ? whenTrue : whenFalse;
    if (chosen === undefined) throw new Error('Fn::If needs a condition and two values.');
    return resolveValue(chosen, lookups);
  },
  'Fn::Equals': (argument, lookups) => {
    const [left, right] = list(argument);
    return resolveText(left, lookups, 'Fn::Equals') === resolveText(right, lookups, 'Fn::Equals');
  },
  'Fn::And': (argument, lookups) => list(argument).every((part) => resolveTruth(part, lookups, 'Fn::And')),
  'Fn::Or': (argument, lookups) => list(argument).some((part) => resolveTruth(part, lookups, 'Fn::Or')),
  'Fn::Not': (argument, lookups) => !resolveTruth(list(argument)[0], lookups, 'Fn::Not'),
  'Fn::FindInMap': (argument, lookups) => {
    const [map, first, second] = list(argument).map((part) => resolveText(part, lookups, 'Fn::FindInMap'));
    const rows = lookups.mapping(text(map, 'Fn::FindInMap'))[first ?? ''];
    const found = isRecord(rows) ? rows[second ?? ''] : undefined;
    if (found === undefined) throw new Error(`The mapping ${map} has no entry ${first}.${second}.`);
    return found;
  },
  'Fn::GetAZs': () => ['us-east-1a', 'us-east-1b'],
  'Fn::ImportValue': (argument) => {
    throw new Error(
      `Fn::ImportValue ${JSON.stringify(argument)} reads another stack, and the local runtime runs one stack alone.`,
    );
  },
};
