import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Grant, permission } from './grant.ts';
import { KEY_FAMILIES, type KeyFamily } from './key-families.ts';
import type { ItemAction, Library } from './library.ts';

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'] as const satisfies readonly ItemAction[];
const ALL = [
  ...WRITES,
  'GetItem',
  'BatchGetItem',
  'ConditionCheckItem',
  'Query',
] as const satisfies readonly ItemAction[];

/** What members, keys, invitations and webhooks have in the partition of a team, and names of tags have not. */
const NOT_OF_TAGS = ['role', 'userId', 'owners', 'keyHash', 'tokenHash', 'invitedBy', 'url', 'keptBy'];
/** What a call changes of the API key that it comes with. */
const OF_USE = ['pk', 'sk', 'lastUsedAt'];

type Condition = Readonly<Record<string, readonly string[]>>;

/** Denies actions on items of these families. A denial wins over whatever else a function is granted. */
const deny = (
  { table }: Library,
  actions: readonly ItemAction[],
  prefixes: readonly string[],
  attributes: Readonly<Record<string, Condition>> = {},
): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: {
      'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) },
      ...attributes,
    },
  });

const prefixesOf = (...families: readonly KeyFamily[]): readonly string[] =>
  families.flatMap((family) => KEY_FAMILIES[family]);

/** Names of tags lie beside the members of a team. Whoever writes the ones must not write the others. */
const teamsButTags = (library: Library): readonly PolicyStatement[] => [
  deny(library, ['DeleteItem'], prefixesOf('teams')),
  deny(library, ['PutItem', 'UpdateItem'], prefixesOf('teams'), {
    'ForAnyValue:StringEquals': { 'dynamodb:Attributes': NOT_OF_TAGS },
  }),
];

const accountsButTheUseOfKeys = (library: Library): readonly PolicyStatement[] => {
  const [keys, others] = [['APIKEY#'], prefixesOf('accounts').filter((prefix) => prefix !== 'APIKEY#')];
  return [
    deny(library, WRITES, others),
    deny(library, ['PutItem', 'DeleteItem'], keys),
    deny(library, ['UpdateItem'], keys, { 'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': OF_USE } }),
  ];
};

/**
 * What is kept from functions that decode files, should a file take one of them over: it cannot give itself a role in a
 * team.
 */
export const withheld = {
  /** From one that finds out who calls: it reads accounts and changes none, but for noting the use of an API key. */
  fromCallable: (library: Library): Grant =>
    permission(...accountsButTheUseOfKeys(library), deny(library, WRITES, prefixesOf('teams'))),

  /** The same from one that makes tags. */
  fromCallableWithTags: (library: Library): Grant =>
    permission(...accountsButTheUseOfKeys(library), ...teamsButTags(library)),

  /** From one that works off a queue: accounts are nothing to it. */
  fromWorker: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'teams', 'realtime', 'calls'))),

  /** The same from one that makes tags. */
  fromWorkerWithTags: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'realtime', 'calls')), ...teamsButTags(library)),
};
