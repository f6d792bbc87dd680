import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Tag } from '../functions/domain/tag.ts';
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

/** What names of tags have in the partition of a team. Members, keys, invitations and webhooks have more, or have no use without. */
const OF_TAGS = Object.keys({
  ...{ pk: true, sk: true, id: true, teamId: true, slug: true, name: true, description: true, icon: true },
  ...{ color: true, order: true, isActive: true, createdAt: true, updatedAt: true },
} satisfies Record<keyof Tag | 'pk' | 'sk', true>);
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

/** The condition that a write has an attribute which is not among these. */
const beyond = (attributes: readonly string[]) => ({
  'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': attributes },
});

const prefixesOf = (...families: readonly KeyFamily[]): readonly string[] =>
  families.flatMap((family) => KEY_FAMILIES[family]);

/** Names of tags lie beside the members of a team. A function that writes the ones must not write the others. */
const teamsButTags = (library: Library): readonly PolicyStatement[] => [
  deny(library, ['DeleteItem'], prefixesOf('teams')),
  deny(library, ['PutItem'], prefixesOf('teams'), beyond(OF_TAGS)),
  // A tag stays as old as it is, and so does a membership: what was set up in a former one would hold again.
  deny(library, ['UpdateItem'], prefixesOf('teams'), beyond(OF_TAGS.filter((name) => name !== 'createdAt'))),
];

/** A call counts itself, and is told by that alone; attempts at passwords, and who is connected, are of other functions. */
const connectionsAndAttempts = (library: Library): readonly PolicyStatement[] => [
  deny(library, ALL, [...prefixesOf('realtime'), 'ATTEMPTS#']),
  deny(library, ['PutItem', 'DeleteItem'], prefixesOf('calls')),
];

const accountsButTheUseOfKeys = (library: Library): readonly PolicyStatement[] => {
  const [keys, others] = [['APIKEY#'], prefixesOf('accounts').filter((prefix) => prefix !== 'APIKEY#')];
  return [
    deny(library, WRITES, others),
    deny(library, ['PutItem', 'DeleteItem'], keys),
    deny(library, ['UpdateItem'], keys, beyond(OF_USE)),
  ];
};

/**
 * What is kept from functions that handle files, or what was decoded of them, should one of them be taken over: it cannot give
 * itself a role in a team.
 */
export const withheld = {
  /** From one that finds out who calls: it reads accounts and changes none, but for noting the use of an API key. */
  fromCallable: (library: Library): Grant =>
    permission(
      ...accountsButTheUseOfKeys(library),
      ...connectionsAndAttempts(library),
      deny(library, WRITES, prefixesOf('teams')),
      deny(library, WRITES, ['IDEMPOTENCY#']),
    ),

  /** The same from one that makes tags, whose answers are kept for a repetition. */
  fromCallableWithTags: (library: Library): Grant =>
    permission(...accountsButTheUseOfKeys(library), ...connectionsAndAttempts(library), ...teamsButTags(library)),

  /** From one that works off a queue: accounts are nothing to it. */
  fromWorker: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'teams', 'realtime', 'calls'))),

  /** The same from one that makes tags. */
  fromWorkerWithTags: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'realtime', 'calls')), ...teamsButTags(library)),
};
