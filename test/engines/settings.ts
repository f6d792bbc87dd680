import type { MediashelfSettings, SettingsInput } from '../../lib/settings/schema.ts';
import { combinationsOf } from './combinations.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa-bbbb-cccc-000000000000';
const EDGE_CERTIFICATE = CERTIFICATE.replace('eu-west-1', 'us-east-1');
const WEB_ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/00000000-aaaa-bbbb-cccc-000000000000';
const GATEWAY = { name: 'uploads.example.com', certificateArn: CERTIFICATE };
const NETWORK = { subnetIds: ['subnet-0123abcd'], securityGroupIds: ['sg-0123abcd'] };
const longOrigins = Array.from({ length: 8 }, (_, place) => `https://${'long-name-'.repeat(5)}${place}.example.com`);

/** The settings that change the template, each with the values that change it in different ways. */
const DIMENSIONS = {
  // One dimension: a gateway has a network of its own, so a scanner in subnets goes without one.
  scannerAndGateway: {
    neither: {},
    gateway: { uploadGateway: GATEWAY },
    guardduty: { malwareScanner: 'guardduty' },
    'guardduty and gateway': { malwareScanner: 'guardduty', uploadGateway: GATEWAY },
    'clamd in subnets': { malwareScanner: 'clamd', clamd: { host: 'clamd.internal', ...NETWORK } },
  },
  removalPolicy: { retain: {}, destroy: { removalPolicy: 'destroy' } },
  edge: {
    none: {},
    plain: { edge: {} },
    own: { edge: { domain: 'media.example.com', certificateArn: EDGE_CERTIFICATE, webAclArn: WEB_ACL, keys: 2 } },
  },
  domain: { none: {}, own: { domain: { name: 'media.example.com', certificateArn: CERTIFICATE } } },
  allowedOrigins: { none: {}, some: { allowedOrigins: longOrigins } },
  mail: { none: {}, some: { mail: { from: 'media@example.com' } } },
  alarmEmail: { none: {}, one: { alarmEmail: 'ops@example.com' } },
  bounds: {
    least: { filesAtOnce: 2, logRetentionDays: 1, ocrLanguages: ['en'] },
    most: { filesAtOnce: 1000, logRetentionDays: 3653 },
  },
} as const satisfies Record<string, Record<string, SettingsInput>>;

/** What becomes of each setting in the template. A new setting does not compile before it has its place here. */
export const PLACES = {
  ...{
    removalPolicy: 'resources',
    domain: 'resources',
    edge: 'resources',
    allowedOrigins: 'resources',
    alarmEmail: 'resources',
    mail: 'resources',
  },
  ...{ uploadGateway: 'resources', malwareScanner: 'resources', clamd: 'resources' },
  ...{ filesAtOnce: 'numbers', logRetentionDays: 'numbers', ocrLanguages: 'contents of a layer' },
  ...{ types: 'variable', limits: 'variable', largestForm: 'variable', quotaPerTeam: 'variable' },
  ...{ recordsPerTeam: 'variable', teamsPerPerson: 'variable', retentionDays: 'variable', guests: 'variable' },
  ...{ defaultVisibility: 'variable', uploadsEnabled: 'variable', uploadMinutes: 'variable', openUploads: 'variable' },
  ...{ fillFromMetadata: 'variable', rateLimits: 'variable', realtime: 'variable', extractText: 'variable' },
  ...{ webhooksToLoopback: 'variable' },
  ...{ monthlyCost: 'numbers' },
} as const satisfies Record<keyof MediashelfSettings, 'resources' | 'numbers' | 'contents of a layer' | 'variable'>;

/** Each two of the choices meet in each of their ways (pairwise): what one of them adds to the template knows at most one other. */
const STRENGTH = 2;

/** The settings of a template, with the choices that they are made of. */
export interface Choice {
  readonly title: string;
  readonly settings: SettingsInput;
}

/** Settings to judge the template with. */
export const choices = (): readonly Choice[] =>
  combinationsOf(DIMENSIONS, STRENGTH).map((combination) => ({
    title: Object.entries(combination)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
    settings: Object.assign(
      {},
      ...Object.entries(combination).map(
        ([name, value]) => (DIMENSIONS as Record<string, Record<string, SettingsInput>>)[name]?.[value],
      ),
    ) as SettingsInput,
  }));
