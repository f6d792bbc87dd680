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

/**
 * The attributes of tag names in the partition of a team. Members, keys, invitations and webhooks have more, or are useless
 * without them.
 */
const OF_TAGS = Object.keys({
  ...{ pk: true, sk: true, id: true, teamId: true, slug: true, name: true, description: true, icon: true },
  ...{ color: true, order: true, isActive: true, createdAt: true, updatedAt: true },
} satisfies Record<keyof Tag | 'pk' | 'sk', true>);
/** The attributes of the call's own API key that a call changes. */
const OF_USE = ['pk', 'sk', 'lastUsedAt'];

type Condition = Readonly<Record<string, readonly string[]>>;

/** Denies actions on items of these families. A denial overrides all grants of a function. */
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

/** Names of tags are beside the members of a team. A function that writes tags must not write members. */
const teamsButTags = (library: Library): readonly PolicyStatement[] => [
  deny(library, ['DeleteItem'], prefixesOf('teams')),
  deny(library, ['PutItem'], prefixesOf('teams'), beyond(OF_TAGS)),
  // The creation time of a tag or membership never changes: items of a former membership would be valid again.
  deny(library, ['UpdateItem'], prefixesOf('teams'), beyond(OF_TAGS.filter((name) => name !== 'createdAt'))),
];

/** A call writes only its own counter; attempts at passwords, and connections, belong to other functions. */
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

/** The denials for functions that handle files or decoded results: a compromised one cannot give itself a role in a team. */
export const withheld = {
  /** For functions that authenticate callers: they read accounts and change none, except for the last use of an API key. */
  fromCallable: (library: Library): Grant =>
    permission(
      ...accountsButTheUseOfKeys(library),
      ...connectionsAndAttempts(library),
      deny(library, WRITES, prefixesOf('teams')),
      deny(library, WRITES, ['IDEMPOTENCY#']),
    ),

  /** The same for functions that create tags, whose answers are stored for repetitions. */
  fromCallableWithTags: (library: Library): Grant =>
    permission(...accountsButTheUseOfKeys(library), ...connectionsAndAttempts(library), ...teamsButTags(library)),

  /** From one that works off a queue: accounts are nothing to it. */
  fromWorker: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'teams', 'realtime', 'calls'))),

  /** From the one that writes mails: it writes their tokens and marks, and changes no person and no team. */
  fromMailer: ({ table }: Library): Grant =>
    permission(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['dynamodb:PutItem'],
        resources: [table.tableArn],
        conditions: {
          'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': ['RESET#*', 'INVITATION#*', 'MAIL#*'] },
        },
      }),
    ),

  /** The same from one that makes tags. */
  fromWorkerWithTags: (library: Library): Grant =>
    permission(deny(library, ALL, prefixesOf('accounts', 'realtime', 'calls')), ...teamsButTags(library)),
};
