import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { variable } from '../../lib/grant.ts';
import { beRoot } from '../../lib/library-root.ts';
import { OperationFunction } from '../../lib/operation-function.ts';
import { type OperationName, operationNames } from '../../lib/operations.ts';
import { flat, freshFolder, functionOf, ofType, type Synthesized, synthesize } from './synthesized.ts';

const API = ['AUTH_SECRET', 'EDGE', 'PUBLIC_URL', 'SETTINGS', 'TABLE'];

const VARIABLES: Partial<Record<OperationName, readonly string[]>> = {
  'list-media': [...API, 'BUCKET', 'EDGE_KEY_ID', 'EDGE_SECRET'],
  'get-media': [...API, 'EDGE_KEY_ID', 'EDGE_SECRET'],
  web: [...API, 'FILES_URL', 'MAIL', 'SOCKET_URL'],
  'change-password': [...API, 'MAIL_QUEUE_URL'],
  'manage-invitations': [...API, 'MAIL_QUEUE_URL'],
  'get-content': [...API, 'BUCKET', 'DRAW_PICTURE'],
  'draw-picture': ['BUCKET'],
  'analyze-media': [...API, 'BUCKET', 'EXAMINE_FILE'],
  'reread-metadata': ['BUCKET', 'EXAMINE_FILE', 'TABLE'],
  'examine-file': ['BUCKET'],
  'remove-file': [...API, 'BUCKET'],
  'create-upload': [...API, 'BUCKET', 'TEXT_QUEUE_URL'],
  'get-upload': [...API, 'BUCKET'],
  'manage-parts': [...API, 'BUCKET'],
  'sign-upload': [...API, 'BUCKET'],
  'delete-upload': [...API, 'BUCKET'],
  'manage-uppy': [...API, 'BUCKET'],
  'upload-media': [...API, 'BUCKET', 'EXAMINE_FILE', 'MALWARE_SCANNER'],
  'restore-media': [...API, 'BUCKET'],
  'delete-media': [...API, 'BUCKET'],
  'purge-media': [...API, 'BUCKET'],
  'create-owner': ['TABLE'],
  'manage-people': ['TABLE'],
  'queue-changes': ['INDEX_QUEUE_URL'],
  'index-media': ['INDEX_QUEUE_URL', 'TABLE'],
  'manage-webhooks': [...API, 'WEBHOOK_QUEUE_URL'],
  'bulk-media': [...API, 'BUCKET', 'BULK_QUEUE_URL'],
  'run-bulk': ['BUCKET', 'BULK_QUEUE_URL', 'RECEIVES', 'SETTINGS', 'TABLE'],
  'rebuild-index': ['TABLE'],
  'rotate-secret': ['AUTH_SECRET'],
  recount: ['TABLE'],
  migrate: ['TABLE'],
  disconnect: ['MANAGEMENT_URL', 'TABLE'],
  message: ['FAN_OUT', 'MANAGEMENT_URL', 'SETTINGS', 'TABLE'],
  'fan-out': ['MANAGEMENT_URL', 'TABLE'],
  connect: [...API, 'END_QUEUE_URL', 'MANAGEMENT_URL'],
  'end-expired': ['END_QUEUE_URL', 'MANAGEMENT_URL', 'TABLE'],
  announce: ['END_QUEUE_URL', 'FAN_OUT', 'MANAGEMENT_URL', 'PUBLIC_URL', 'SETTINGS', 'TABLE', 'WEBHOOK_QUEUE_URL'],
  'send-webhook': ['PATIENT_QUEUE_URL', 'SETTINGS', 'TABLE'],
  'queue-uploads': ['FILES_QUEUE_URL', 'LANES', 'TABLE'],
  'process-upload': [
    'BUCKET',
    'EXAMINE_FILE',
    'FILES_QUEUE_URL',
    'MALWARE_SCANNER',
    'SETTINGS',
    'TABLE',
    'TEXT_QUEUE_URL',
  ],
  'manage-collections': [...API, 'BUCKET'],
  'open-share-link': [...API, 'BUCKET'],
  'extract-text': [...API, 'BUCKET', 'EXAMINE_FILE', 'TEXT_QUEUE_URL'],
  'read-text': ['BUCKET', 'SETTINGS', 'TABLE', 'TEXT_QUEUE_URL'],
  sweep: ['BUCKET', 'PROCESSING_QUEUE_URL', 'SETTINGS', 'TABLE'],
};

/** Lambda's limit for all variables of a function, in bytes. */
const ENVIRONMENT_LIMIT = 4096;

describe('functions', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it.each(operationNames)('tells %s what its entry reads', (operation) => {
    // The libraries of a layer read this one.
    const { FONTCONFIG_FILE: _, ...variables } = functionOf(stack, operation).Properties.Environment.Variables;
    expect(Object.keys(variables).sort()).toEqual([...(VARIABLES[operation] ?? API)].sort());
  });

  it('run on Node.js 24 and arm64, from a handler in one file', () => {
    for (const { Properties } of ofType(stack, 'AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    }
  });

  it('log to the group of their capability; those that open files of strangers to one of their own', () => {
    const groupOf = (name: OperationName): string => functionOf(stack, name).Properties.LoggingConfig.LogGroup.Ref;
    const sharing = (name: OperationName) => operationNames.filter((other) => groupOf(other) === groupOf(name));
    expect(sharing('queue-uploads')).toEqual(['queue-uploads', 'process-upload', 'sweep']);
    expect(sharing('end-expired')).toContain('announce');
    const withLayer = operationNames.filter((name) => functionOf(stack, name).Properties.Layers?.length > 0);
    expect(withLayer.map(sharing)).toEqual(withLayer.map((name) => [name]));
  });

  it('have names that the stack and the operation make, so that the API can name them before they are there', () => {
    const names = operationNames.map((name) => flat(functionOf(stack, name).Properties.FunctionName));
    expect(names).toEqual(operationNames.map((name) => `<AWS::StackName>-${name}`));
  });

  it('log JSON that is kept as long as the settings say', async () => {
    const week = await synthesize({ settings: { logRetentionDays: 7 } });
    for (const { Properties } of ofType(week, 'AWS::Lambda::Function')) {
      expect(Properties.LoggingConfig.LogFormat).toBe('JSON');
      const group = week.resources[Properties.LoggingConfig.LogGroup.Ref];
      expect(group?.Properties.RetentionInDays).toBe(7);
    }
  });

  it('report each run where it may take more than 15 seconds, and what ended badly in any case', () => {
    for (const name of operationNames) {
      const { LoggingConfig, Timeout } = functionOf(stack, name).Properties;
      expect({ name, level: LoggingConfig.SystemLogLevel }).toEqual({ name, level: Timeout > 15 ? 'INFO' : 'WARN' });
    }
  });

  it('leave room for a variable more', () => {
    for (const { Properties } of ofType(stack, 'AWS::Lambda::Function')) {
      expect(JSON.stringify(Properties.Environment.Variables).length).toBeLessThan(ENVIRONMENT_LIMIT - 1024);
    }
  });

  it('have sharp where pictures are decoded, and nowhere else', () => {
    const withLayer = operationNames.filter((name) => functionOf(stack, name).Properties.Layers?.length > 0);
    expect(withLayer).toEqual(['draw-picture', 'read-text', 'examine-file']);
  });

  it('give up before the gateway does, where a caller waits', () => {
    const background: readonly OperationName[] = [
      'announce',
      'end-expired',
      'examine-file',
      'fan-out',
      'queue-changes',
      'index-media',
      'run-bulk',
      'process-upload',
      'read-text',
      'rebuild-index',
      'recount',
      'migrate',
      'reread-metadata',
      'sweep',
    ];
    for (const name of operationNames.filter((each) => !background.includes(each))) {
      expect(functionOf(stack, name).Properties.Timeout).toBeLessThan(30);
    }
  });

  it('do not compile while the stack sets too few or too many variables', () => {
    const scope = new Stack(new App(), 'Stack');
    beRoot(scope);
    const bundles = freshFolder;
    const props = { bundles, logRetention: 7, description: 'for the compiler' };
    const [table, bucket] = [variable('TABLE', 'table'), variable('BUCKET', 'bucket')];
    // @ts-expect-error TABLE is missing
    const forgetful = new OperationFunction(scope, 'disconnect', { ...props, grants: [] });
    // @ts-expect-error no entry reads BUCKET
    const wasteful = new OperationFunction(scope, 'create-owner', { ...props, grants: [table, bucket] });
    expect([forgetful.operation, wasteful.operation]).toEqual(['disconnect', 'create-owner']);
  });
});
