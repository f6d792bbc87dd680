/** A tree of settings before it is checked. */
export type Tree = { [key: string]: unknown };

/**
 * Context keys that look like settings: camelCase words joined by dots. CDK's own keys have colons, slashes or hyphens
 * (`aws:cdk:...`, `@aws-cdk/...`, `cli-telemetry`), so a misspelt setting is recognised and refused later.
 */
const SETTING_KEY = /^[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*$/;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `-c` passes text: JSON if it parses as JSON (`7`, `["https://a.example"]`), otherwise the text itself (`25 MB`). */
const parseValue = (raw: unknown): unknown => {
  if (typeof raw !== 'string') return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
};

/** Lays one tree over another: objects are merged key by key, anything else replaces. */
export const merge = (under: Tree, over: Tree): Tree => {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const existing = merged.get(key);
    merged.set(key, isTree(existing) && isTree(value) ? merge(existing, value) : value);
  }
  return Object.fromEntries(merged);
};

/** Removes settings that are `null`, by which an override restores a default; and objects that become empty by that. */
export const withoutNulls = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => {
      if (value === null) return [];
      if (!isTree(value)) return [[key, value]];
      const rest = withoutNulls(value);
      return Object.keys(value).length > 0 && Object.keys(rest).length === 0 ? [] : [[key, rest]];
    }),
  );

/** The settings in CDK context, dotted keys (`limits.image`) unfolded; a dotted key overrides its parent's object. */
export const contextOverrides = (context: Readonly<Record<string, unknown>>): Tree => {
  const depth = (key: string) => key.split('.').length;
  return Object.entries(context)
    .filter(([key]) => SETTING_KEY.test(key))
    .sort(([a], [b]) => depth(a) - depth(b))
    .map(([key, raw]) => key.split('.').reduceRight<unknown>((value, part) => ({ [part]: value }), parseValue(raw)))
    .filter(isTree)
    .reduce(merge, {});
};
