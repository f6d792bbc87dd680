import { DescribeLimitsCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetServiceQuotaCommand,
  type NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { Target } from './account.ts';
import { type Check, type Finding, looking } from './finding.ts';

/** The least that functions of a busy library use at once; new accounts may have ten. */
export const LEAST_CONCURRENCY = 1000;

const raise = (region: string, service: string, code: string, value: number): string =>
  `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${value}`;

/** How many functions may run at once in the account. */
export const concurrency = ({ region }: Target): Check =>
  looking('Lambda concurrency', 'lambda:GetAccountSettings', async () => {
    const { AccountLimit = {} } = await new LambdaClient({ region }).send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: most = 0, UnreservedConcurrentExecutions: free = most } = AccountLimit;
    const found = `${most} executions at once, ${free} of them unreserved`;
    if (free >= LEAST_CONCURRENCY) return { state: 'ok', found };
    // Added to the reserved concurrency of other functions in the account.
    const wanted = LEAST_CONCURRENCY + most - free;
    return { state: 'fails', found, advice: raise(region, 'lambda', 'L-B99A9384', wanted) };
  });

interface Quota {
  readonly about: string;
  readonly code: string;
  /** AWS's default for every account. */
  readonly usual: number;
  readonly least: number;
  readonly unit: string;
  readonly state: 'warns' | 'fails';
}

/** Quotas of API Gateway: the number of routes, and the two throttling defaults. */
const gatewayQuotas = (routes: number): readonly Quota[] => [
  { about: 'HTTP API routes', code: 'L-65B5C802', usual: 300, least: routes, unit: 'routes', state: 'fails' },
  {
    about: 'API request rate',
    code: 'L-8A5B8E43',
    usual: 10_000,
    least: 10_000,
    unit: 'calls a second',
    state: 'warns',
  },
  { about: 'API request burst', code: 'L-CDF5615A', usual: 5000, least: 5000, unit: 'calls at once', state: 'warns' },
];

/** The quotas of API Gateway in the account. */
export const gateway = ({ region }: Target, routes: number): readonly Check[] =>
  gatewayQuotas(routes).map(({ about, code, usual, least, unit, state }) =>
    looking(about, 'servicequotas:GetServiceQuota', async () => {
      const value = await quotaOf(region, code, usual);
      const found = `${value} ${unit}${least < value ? `, ${least} needed` : ''}`;
      if (value >= least) return { state: 'ok', found };
      return { state, found: `${found}, ${least} are expected`, advice: raise(region, 'apigateway', code, least) };
    }),
  );

const quotaOf = async (region: string, QuotaCode: string, usual: number): Promise<number> => {
  try {
    const input = { ServiceCode: 'apigateway', QuotaCode };
    const { Quota } = await new ServiceQuotasClient({ region }).send(new GetServiceQuotaCommand(input));
    return Quota?.Value ?? usual;
  } catch (error) {
    // An account in which the quota was never changed may have no entry of it.
    if ((error as NoSuchResourceException).name !== 'NoSuchResourceException') throw error;
    return usual;
  }
};

/** DynamoDB's default limit of one on-demand table. */
const TABLE_UNITS = 40_000;

/** How many units one table may read and write in a second. */
export const tableUnits = ({ region }: Target): Check =>
  looking('DynamoDB table units', 'dynamodb:DescribeLimits', async (): Promise<Omit<Finding, 'about'>> => {
    const limits = await new DynamoDBClient({ region }).send(new DescribeLimitsCommand({}));
    const { TableMaxReadCapacityUnits: reads = 0, TableMaxWriteCapacityUnits: writes = 0 } = limits;
    const found = `${reads} read and ${writes} write units a second`;
    if (Math.min(reads, writes) >= TABLE_UNITS) return { state: 'ok', found };
    const advice = `busy libraries are throttled below ${TABLE_UNITS}: raise both under Service Quotas, Amazon DynamoDB, "Table-level ... throughput limit"`;
    return { state: 'warns', found, advice };
  });
