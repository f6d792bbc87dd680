/** cfn-lint, which AWS keeps: its rules, and CloudFormation's published schema of each resource, for each region. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './program.ts';
import { choices } from './settings.ts';
import { type Template, templateMaker } from './templates.ts';
import type { Bench, Judge } from './verdict.ts';

/** The oldest, which has everything, and the one of the examples: properties and types differ from region to region. */
const REGIONS = ['us-east-1', 'eu-west-1'];
const CONFIG = join(import.meta.dirname, 'cfn-lint.yaml');
const PROCESSES = 2;

interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

/** Holds the template of every three choices of settings against cfn-lint. */
export const judgeCloudFormation: Judge = async (bench) => {
  const make = templateMaker(bench.folder);
  const titles = new Map<string, string>();
  const types = new Set<string>();
  let resources = 0;
  for (const [place, { title, settings }] of choices().entries()) {
    const text = await make(settings);
    const file = join(bench.folder, `template-${place}.json`);
    writeFileSync(file, text);
    titles.set(file, title);
    const { Resources } = JSON.parse(text) as Template;
    for (const { Type } of Object.values(Resources)) types.add(Type);
    resources += Object.keys(Resources).length;
  }
  const unseen = await faultsNotFound(bench, await make({}));
  const findings = await lint(bench, [...titles.keys()]);
  const faulty = new Set(findings.map(({ Filename }) => Filename));
  return {
    figure:
      `cfn-lint: ${findings.length} findings over ${titles.size} templates ` +
      `(${resources} resources of ${types.size} types against the schemas of ${REGIONS.length} regions)`,
    passed: titles.size - faulty.size + (FAULTS.length - unseen.length),
    failed: faulty.size + unseen.length,
    skipped: 0,
    lines: [
      ...findings.map(
        ({ Filename, Rule, Message, Location }) =>
          `${Rule.Id} ${Message} at ${Location.Path?.join('/')} (${titles.get(Filename)})`,
      ),
      ...unseen.map((rule) => `cfn-lint did not find a fault that ${rule} is about`),
    ],
  };
};

/** A judge that finds nothing proves something only if it can find. */
const FAULTS: readonly { readonly rule: string; readonly spoil: (resource: Spoilt) => void; readonly type: string }[] =
  [
    {
      rule: 'E3002',
      type: 'AWS::DynamoDB::Table',
      spoil: ({ Properties }) => Object.assign(Properties, { Colour: 1 }),
    },
    { rule: 'E3012', type: 'AWS::SQS::Queue', spoil: ({ Properties }) => Object.assign(Properties, { QueueName: {} }) },
    {
      rule: 'E3006',
      type: 'AWS::CloudWatch::Alarm',
      spoil: (resource) => Object.assign(resource, { Type: 'AWS::CloudWatch::Alrm' }),
    },
    {
      rule: 'E3034',
      type: 'AWS::Lambda::Function',
      spoil: ({ Properties }) => Object.assign(Properties, { MemorySize: 7 }),
    },
  ];

interface Spoilt {
  Type: string;
  Properties: Record<string, unknown>;
}

const faultsNotFound = async (bench: Bench, text: string): Promise<readonly string[]> => {
  const template = JSON.parse(text) as { Resources: Record<string, Spoilt> };
  for (const { type, spoil } of FAULTS) {
    const resource = Object.values(template.Resources).find(({ Type }) => Type === type);
    if (resource === undefined) throw new Error(`The template has no ${type} to spoil`);
    spoil(resource);
  }
  const file = join(bench.folder, 'spoilt.json');
  writeFileSync(file, JSON.stringify(template));
  const found = new Set((await lint(bench, [file])).map(({ Rule }) => Rule.Id));
  return FAULTS.map(({ rule }) => rule).filter((rule) => !found.has(rule));
};

/** Several templates in one process: it reads the schemas once. */
const lint = async ({ programs }: Bench, files: readonly string[]): Promise<readonly Finding[]> => {
  const parts = Array.from({ length: PROCESSES }, (_, part) =>
    files.filter((_file, place) => place % PROCESSES === part),
  );
  const found = await Promise.all(
    parts.filter(({ length }) => length > 0).map((part) => lintPart(join(programs, 'cfn-lint'), part)),
  );
  return found.flat();
};

const lintPart = async (program: string, files: readonly string[]): Promise<readonly Finding[]> => {
  const { code, out, errors } = await run(
    program,
    ['--format', 'json', '--config-file', CONFIG, '--regions', ...REGIONS, '--', ...files],
    { env: { AWS_DEFAULT_REGION: 'us-east-1' }, minutes: 25 },
  );
  // 0 is no finding; above it are the bits of errors (2), warnings (4) and informational ones (8); 1 and 32 are its own failures.
  if (code === null || ![0, 2, 4, 6, 8, 10, 12, 14].includes(code) || out.trim() === '')
    throw new Error(`cfn-lint ended with ${code}: ${errors.trim().slice(-2000)}`);
  return JSON.parse(out) as Finding[];
};
