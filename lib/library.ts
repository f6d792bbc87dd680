import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { allow, type Grant } from './grant.ts';
import { removalOf } from './removal.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { wildcard } from './wildcard.ts';

/**
 * The ranges of the library. Families share their partition attribute, so that a record carries each value once:
 *
 *     listPk  team#state         createdSk | filenameSk | sizeSk      value#id
 *     kindPk  team#state#kind    the same sort attributes
 */
const INDEXES = {
  byCreated: { partition: 'listPk', sort: 'createdSk' },
  byFilename: { partition: 'listPk', sort: 'filenameSk' },
  bySize: { partition: 'listPk', sort: 'sizeSk' },
  byKindCreated: { partition: 'kindPk', sort: 'createdSk' },
  byKindFilename: { partition: 'kindPk', sort: 'filenameSk' },
  byKindSize: { partition: 'kindPk', sort: 'sizeSk' },
  byNameSize: { partition: 'nameSizePk', sort: 'createdSk', only: ['id', 'externalUrl', 'createdAt'] },
  byChecksum: { partition: 'checksumPk', sort: 'createdSk', only: ['id'] },
  byDue: { partition: 'duePk', sort: 'dueSk', only: [] },
} as const satisfies Record<string, { partition: string; sort: string; only?: readonly string[] }>;

/** An index of the table. */
export type IndexName = keyof typeof INDEXES;

/** The indexes that a page of the library can be read from. */
export const LIST_INDEXES = [
  'byCreated',
  'byFilename',
  'bySize',
  'byKindCreated',
  'byKindFilename',
  'byKindSize',
] as const satisfies readonly IndexName[];

/** An action on items; those of a transaction are granted one by one, as its parts need them. */
export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem'
  | 'Query'
  | 'Scan';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table of the library, with its indexes and its stream of changes. */
export class Library extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: MediashelfSettings }) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'ttl',
      removalPolicy: removalOf(settings),
    });
    for (const [indexName, { partition, sort, ...projected }] of Object.entries(INDEXES)) {
      const only = 'only' in projected ? [...projected.only] : undefined;
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partition),
        sortKey: text(sort),
        ...(only === undefined
          ? { projectionType: ProjectionType.ALL }
          : only.length === 0
            ? { projectionType: ProjectionType.KEYS_ONLY }
            : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: only }),
      });
    }
  }

  /** Lets a function do these actions on the table's items. */
  items(...actions: readonly ItemAction[]): Grant<'TABLE'> {
    return {
      environment: { TABLE: this.table.tableName },
      statements: [
        allow(
          actions.map((action) => `dynamodb:${action}`),
          this.table.tableArn,
        ),
      ],
      acknowledged: [],
    };
  }

  /** Lets a function query these indexes. */
  queries(...indexes: readonly IndexName[]): Grant<'TABLE'> {
    return {
      environment: { TABLE: this.table.tableName },
      statements: [allow(['dynamodb:Query'], ...indexes.map((index) => `${this.table.tableArn}/index/${index}`))],
      acknowledged: [],
    };
  }

  /** Lets a function read pages of an index that only has records, across teams. */
  scans(index: IndexName): Grant<'TABLE'> {
    return {
      environment: { TABLE: this.table.tableName },
      statements: [allow(['dynamodb:Scan'], `${this.table.tableArn}/index/${index}`)],
      acknowledged: [],
    };
  }

  /** ARN of the stream of changes. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('The table has no stream');
    return tableStreamArn;
  }

  /** The permissions that Lambda needs in a function's role to read the stream for it. */
  changes(): Grant {
    const allStreams = `${this.table.tableArn}/stream/*`;
    const read = ['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action}`);
    return {
      environment: {},
      statements: [allow(read, this.streamArn), allow(['dynamodb:ListStreams'], allStreams)],
      acknowledged: [wildcard(this, allStreams, 'ListStreams is asked of a table, before one of its streams is named')],
    };
  }
}
