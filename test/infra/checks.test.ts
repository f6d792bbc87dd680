import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, CloudFormationValidatePlugin, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { routes } from '../../functions/dialects/route-table.ts';
import { FUNCTIONS, freshFolder, ofType, type Synthesized, synthesize } from './synthesized.ts';

/** CloudFormation takes 500 in one stack. Each is a call while a stack is made, and some services take ten a second. */
const MOST_RESOURCES = { byDefault: 260, withEverything: 330 };

const REAL = { routes, functionsFolder: FUNCTIONS };
const CHECKED = { 'mediashelf:checks': true };

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
const EVERYTHING = {
  domain: { name: 'media.example.com', certificateArn },
  allowedOrigins: ['https://www.example.com'],
  alarmEmail: 'ops@example.com',
  removalPolicy: 'destroy' as const,
  uploadGateway: { name: 'uploads.example.com', certificateArn },
  mail: { from: 'media@example.com' },
};

describe('the stack as it is deployed', () => {
  let checked: Synthesized;
  beforeAll(async () => {
    checked = await synthesize({ ...REAL, context: CHECKED });
  });

  it('has no finding of CDK and of the AWS Solutions rules, with every setting set', async () => {
    const edge = {
      domain: 'media.example.com',
      certificateArn: certificateArn.replace('eu-west-1', 'us-east-1'),
      keys: 2,
    };
    const guarded = { ...EVERYTHING, edge, malwareScanner: 'guardduty' as const };
    const network = { subnetIds: ['subnet-0123abcd'], securityGroupIds: ['sg-0123abcd'] };
    const { uploadGateway: _, ...others } = EVERYTHING;
    const scanned = {
      ...others,
      edge: { logs: true },
      malwareScanner: 'clamd' as const,
      clamd: { host: 'clamd.internal', ...network },
    };
    const noFinding = ({ read }: Synthesized): void =>
      expect(JSON.parse(read('validation-report.json')).pluginReports).toEqual([]);
    noFinding(checked);
    for (const each of [guarded, scanned]) noFinding(await synthesize({ settings: each, context: CHECKED }));
  });

  it('is checked by rules that find what is wrong', () => {
    const app = new App({ outdir: freshFolder(), builtinCloudFormationValidation: false });
    Validations.of(app).addPlugins(new CloudFormationValidatePlugin(), new AwsSolutionsChecks(app));
    new Bucket(new Stack(app, 'Careless'), 'Bucket');
    expect(() => app.synth()).toThrow(/AwsSolutions-S1[\s\S]*AwsSolutions-S10/);
  });

  it('is the same from the same inputs, to the byte, with checks and without', async () => {
    const unchecked = await synthesize(REAL);
    expect(unchecked.templateText).toBe(checked.templateText);
    const assets = ({ outdir }: { outdir: string }) => readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(assets(unchecked)).toEqual(assets(checked));
  });

  it('has at most 260 resources, and 330 with everything on', async () => {
    expect(Object.keys(checked.resources).length).toBeLessThanOrEqual(MOST_RESOURCES.byDefault);
    const whole = await synthesize({ ...REAL, settings: { ...EVERYTHING, malwareScanner: 'guardduty' } });
    expect(Object.keys(whole.resources).length).toBeLessThanOrEqual(MOST_RESOURCES.withEverything);
  });

  it('gives each function a bundle with all that it imports but sharp, and no path of this machine', () => {
    for (const { Properties } of ofType(checked, 'AWS::Lambda::Function')) {
      const folder = `asset.${String(Properties.Code.S3Key).replace('.zip', '')}`;
      const files = readdirSync(join(checked.outdir, folder));
      expect(files).toContain('index.mjs');
      for (const file of files) {
        const code = checked.read(join(folder, file));
        const imported = [...code.matchAll(/(?:from|import\()\s*"\.\/([\w-]+\.mjs)"/g)].map(([, chunk]) => chunk);
        expect(files).toEqual(expect.arrayContaining(imported));
        expect(code).not.toContain(FUNCTIONS);
      }
    }
  });

  it('has the outputs that operators and the local runtime look for', () => {
    expect(Object.keys(checked.outputs).sort()).toEqual([
      'AuthSecretArn',
      'BucketName',
      'CreateOwnerFunctionName',
      'HttpApiUrl',
      'ManagePeopleFunctionName',
      'MigrateFunctionName',
      'ProcessingQueueUrl',
      'RebuildIndexFunctionName',
      'RecountFunctionName',
      'RereadMetadataFunctionName',
      'SweepFunctionName',
      'TableName',
      'WebSocketUrl',
    ]);
  });
});
