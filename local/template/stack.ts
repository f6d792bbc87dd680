import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import { type Lookups, resolveIntrinsics } from './intrinsics.ts';
import { isRecord, type Json, type JsonRecord, optionalText, record, text } from './json.ts';
import { EMULATED, type Naming, type ResourceType, UNNEEDED } from './resource-types.ts';

/** A resource of the template with every intrinsic function resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** The value of `Ref`. */
  readonly ref: string;
  readonly name: string;
  readonly properties: JsonRecord;
  /** The values of `Fn::GetAtt`. */
  attribute(name: string): string;
}

/** The synthesized stack, resolved. */
export interface Stack {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  ofType(...types: readonly string[]): readonly Resource[];
  /** The folder of the asset with this object key. */
  assetFolder(objectKey: string): string;
  /** The folder that a container's image is built from. */
  imageFolder(imageUri: string): string;
}

const PSEUDO_PARAMETERS: JsonRecord = {
  'AWS::AccountId': LOCAL_ACCOUNT,
  'AWS::Region': LOCAL_REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NotificationARNs': [],
};

/** Reads the one stack of a `cdk.out` folder: manifest, template and assets. */
export const loadStack = (outdir: string): Stack => {
  const read = (file: string): JsonRecord => JSON.parse(readFileSync(join(outdir, file), 'utf8'));
  const artifacts = record(read('manifest.json').artifacts, 'manifest.artifacts');
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => isRecord(artifact) && artifact.type === 'aws:cloudformation:stack',
  );
  const [found] = stacks;
  if (found === undefined || stacks.length > 1) {
    throw new Error(`The local runtime runs one stack, but ${outdir} has ${stacks.length}.`);
  }
  const [artifactName, artifact] = found;
  const properties = record(record(artifact, artifactName).properties, `${artifactName}.properties`);
  const name = optionalText(properties.stackName, 'stackName') ?? artifactName;
  const assets = read(`${artifactName}.assets.json`);
  const sourceOf = (kind: string, hash: string): JsonRecord => {
    const asset = record(assets[kind], `assets.${kind}`)[hash];
    if (asset === undefined) throw new Error(`The asset ${hash} is not listed in ${artifactName}.assets.json.`);
    return record(record(asset, hash).source, `${hash}.source`);
  };
  const folders: AssetFolders = {
    assetFolder: (objectKey) => {
      const source = sourceOf('files', objectKey.replace(/\.[a-z]+$/, ''));
      return join(outdir, text(source.path, `${objectKey}.source.path`));
    },
    imageFolder: (imageUri) => {
      const source = sourceOf('dockerImages', imageUri.split(':').at(-1) ?? '');
      return join(outdir, text(source.directory, `${imageUri}.source.directory`));
    },
  };
  return resolveStack(name, read(text(properties.templateFile, 'templateFile')), folders);
};

type AssetFolders = Pick<Stack, 'assetFolder' | 'imageFolder'>;

const noAssets = (): never => {
  throw new Error('This template has no assets.');
};

/** Resolves a template. Fails on the first resource type that it does not know, naming it. */
export const resolveStack = (
  name: string,
  template: JsonRecord,
  folders: AssetFolders = { assetFolder: noAssets, imageFolder: noAssets },
): Stack => {
  const declared = record(template.Resources, 'Resources');
  const lookups = lookupsOf(name, template, declared);
  const resources = Object.entries(declared)
    .filter(([, value]) => isIncluded(record(value, 'Resources'), lookups))
    .map(([logicalId, value]) => resolveResource(name, logicalId, record(value, logicalId), lookups))
    .filter((resource) => resource !== undefined);
  const outputs: Record<string, string> = {};
  for (const [key, output] of Object.entries(record(template.Outputs, 'Outputs'))) {
    const declaration = record(output, key);
    if (!isIncluded(declaration, lookups)) continue;
    const value = resolveIntrinsics(declaration.Value as Json, lookups);
    outputs[key] = text(value, `Outputs.${key}`);
  }
  return {
    name,
    resources,
    outputs,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    ...folders,
  };
};

const isIncluded = (declaration: JsonRecord, lookups: Lookups): boolean => {
  const condition = optionalText(declaration.Condition, 'Condition');
  return condition === undefined || lookups.condition(condition);
};

const resourceType = (logicalId: string, declaration: JsonRecord): ResourceType => {
  const type = text(declaration.Type, `${logicalId}.Type`);
  const known = EMULATED[type] ?? UNNEEDED[type];
  if (known) return known;
  throw new Error(
    `The local runtime does not know the resource type ${type} (logical id ${logicalId}). Emulate it, or list it with its reason in local/template/resource-types.ts.`,
  );
};

const resolveResource = (
  stack: string,
  logicalId: string,
  declaration: JsonRecord,
  lookups: Lookups,
): Resource | undefined => {
  const type = text(declaration.Type, `${logicalId}.Type`);
  const rules = resourceType(logicalId, declaration);
  if (UNNEEDED[type]) return undefined;
  const naming = namingOf(stack, logicalId, declaration, rules, lookups);
  const properties = resolveIntrinsics((declaration.Properties ?? {}) as Json, lookups);
  return {
    logicalId,
    type,
    ref: rules.ref(naming),
    name: naming.name,
    properties: record(properties, `${logicalId}.Properties`),
    attribute: (attribute) => attributeOf(logicalId, type, rules, naming, attribute),
  };
};

const attributeOf = (
  logicalId: string,
  type: string,
  rules: ResourceType,
  naming: Naming,
  attribute: string,
): string => {
  const value = rules.attributes[attribute];
  if (value) return value(naming);
  throw new Error(`The local runtime does not know the attribute ${attribute} of ${logicalId} (${type}).`);
};

const namingOf = (
  stack: string,
  logicalId: string,
  declaration: JsonRecord,
  rules: ResourceType,
  lookups: Lookups,
): Naming => {
  const hash = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
  const given = rules.nameProperty && record(declaration.Properties, logicalId)[rules.nameProperty];
  const explicit = given === undefined || given === '' ? undefined : resolveIntrinsics(given, lookups);
  const name =
    optionalText(explicit, `${logicalId}.${rules.nameProperty}`) ?? `${stack}-${logicalId}-${hash.slice(0, 8)}`;
  return {
    logicalId,
    name: rules.lowerCase ? name.toLowerCase().slice(0, 63) : name,
    id: BigInt(`0x${hash}`).toString(36).slice(0, 10),
  };
};

const lookupsOf = (stack: string, template: JsonRecord, declared: JsonRecord): Lookups => {
  const parameters = record(template.Parameters, 'Parameters');
  const conditions = record(template.Conditions, 'Conditions');
  const mappings = record(template.Mappings, 'Mappings');
  const stackId = `arn:aws:cloudformation:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stack/${stack}/local`;
  const pseudo: JsonRecord = { ...PSEUDO_PARAMETERS, 'AWS::StackName': stack, 'AWS::StackId': stackId };
  const named = (logicalId: string): { declaration: JsonRecord; rules: ResourceType; naming: Naming } => {
    if (declared[logicalId] === undefined)
      throw new Error(`The template refers to ${logicalId}, which it does not have.`);
    const declaration = record(declared[logicalId], logicalId);
    const rules = resourceType(logicalId, declaration);
    return { declaration, rules, naming: namingOf(stack, logicalId, declaration, rules, lookups) };
  };
  const lookups: Lookups = {
    ref: (name) => {
      const value = pseudo[name];
      if (value !== undefined) return value;
      if (parameters[name] !== undefined) return parameterDefault(name, record(parameters[name], name));
      const { rules, naming } = named(name);
      return rules.ref(naming);
    },
    attribute: (logicalId, attribute) => {
      const { declaration, rules, naming } = named(logicalId);
      return attributeOf(logicalId, text(declaration.Type, logicalId), rules, naming, attribute);
    },
    condition: (name) => {
      if (conditions[name] === undefined) throw new Error(`The template has no condition ${name}.`);
      return resolveIntrinsics(conditions[name], lookups) === true;
    },
    mapping: (name) => record(mappings[name], `Mappings.${name}`),
  };
  return lookups;
};

const parameterDefault = (name: string, parameter: JsonRecord): Json => {
  const value = parameter.Default;
  if (value === undefined) throw new Error(`The parameter ${name} has no default, and the local runtime gives none.`);
  return /^(CommaDelimitedList|List<)/.test(String(parameter.Type)) && typeof value === 'string'
    ? value.split(',').map((item) => item.trim())
    : value;
};
