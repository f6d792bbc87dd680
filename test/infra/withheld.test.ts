import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Tag } from '../../functions/domain/tag.ts';
import { KEY_FAMILIES, type KeyFamily } from '../../lib/key-families.ts';
import { operationNames } from '../../lib/operations.ts';
import { createAccess } from '../../local/iam/access.ts';
import { readTables } from '../../local/template/data.ts';
import { readFunctions } from '../../local/template/functions.ts';
import { loadStack, type Stack } from '../../local/template/stack.ts';
import { PROJECT } from '../support/checks/readme.ts';
import { functionOf, ofType, permissionsOf, roleOf, synthesize } from './synthesized.ts';

/** Functions in which files of strangers are decoded, or which start what decodes them. */
const DECODERS = [
  'process-upload',
  'read-text',
  'reread-metadata',
  'extract-text',
  'analyze-media',
  'get-content',
  'upload-media',
] as const;
const aTag: Tag = {
  ...{ id: 'i', teamId: 't', slug: 's', name: 'n', description: null, icon: null, color: null, order: 0 },
  ...{ isActive: true, createdAt: '', updatedAt: '' },
};
const CALLABLE = DECODERS.slice(3);

let stack: Stack;
let attempt: (operation: string, action: string, key: string, attributes?: readonly string[]) => boolean;
beforeAll(async () => {
  stack = loadStack((await synthesize()).outdir);
  const access = createAccess(stack, 'seed');
  const [table] = readTables(stack);
  const functions = readFunctions(stack);
  attempt = (operation, action, key, attributes = ['pk', 'sk']) => {
    const own = functions.find(({ name }) => name.includes(operation.replaceAll('-', '')));
    if (!own) throw new Error(`there is no function ${operation}`);
    const resource = `arn:aws:dynamodb:us-east-1:000000000000:table/${table?.name}`;
    const context = { 'dynamodb:LeadingKeys': key, 'dynamodb:Attributes': attributes.join('\n') };
    try {
      access.authorize(access.principalOf(own.roleLogicalId, own.name), `dynamodb:${action}`, resource, context);
      return true;
    } catch {
      return false;
    }
  };
});

const keysOf = (...families: readonly KeyFamily[]): readonly string[] =>
  families.flatMap((family) => KEY_FAMILIES[family].map((prefix) => `${prefix}1`));
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];
const READS = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];

/** The attempts of a function that its role allows. */
const allowed = (
  operation: string,
  actions: readonly string[],
  keys: readonly string[],
  attributes?: readonly string[],
) =>
  keys.flatMap((key) =>
    actions.filter((action) => attempt(operation, action, key, attributes)).map((action) => `${action} ${key}`),
  );

describe('a function that decodes files', () => {
  it.each(DECODERS)('changes no account, login, ticket or invitation, and makes no key: %s', (operation) => {
    expect(allowed(operation, ['PutItem', 'DeleteItem'], keysOf('accounts'))).toEqual([]);
    const others = keysOf('accounts').filter((key) => key !== 'APIKEY#1');
    expect(allowed(operation, ['UpdateItem'], others)).toEqual([]);
    expect(allowed(operation, ['UpdateItem'], ['APIKEY#1'], ['pk', 'sk', 'lastUsedAt', 'scopes'])).toEqual([]);
  });

  it.each(DECODERS)('makes no member, key, invitation or webhook of a team: %s', (operation) => {
    for (const attribute of ['role', 'userId', 'owners', 'keyHash', 'invitedBy', 'url', 'keptBy'])
      expect(allowed(operation, WRITES, ['TEAM#1'], ['pk', 'sk', 'id', attribute])).toEqual([]);
    expect(allowed(operation, ['DeleteItem'], ['TEAM#1'])).toEqual([]);
  });

  it.each(DECODERS)(
    'writes nothing in a team that has more than a tag, and begins no membership anew: %s',
    (operation) => {
      for (const attribute of ['createdAt', 'role', 'owners', 'enabled', 'secret'])
        expect(allowed(operation, ['UpdateItem'], ['TEAM#1'], ['pk', 'sk', attribute])).toEqual([]);
      for (const attribute of ['email', 'scopes', 'memberSince', 'enabled', 'events', 'secret', 'ttl', 'guestId'])
        expect(allowed(operation, ['PutItem'], ['TEAM#1'], ['pk', 'sk', 'id', attribute])).toEqual([]);
    },
  );

  it.each(DECODERS)('is in no connection, room or channel, and counts no attempt at a password: %s', (operation) => {
    expect(allowed(operation, [...WRITES, ...READS], [...keysOf('realtime'), 'ATTEMPTS#1'])).toEqual([]);
    expect(allowed(operation, ['PutItem', 'DeleteItem'], keysOf('calls'))).toEqual([]);
  });

  it.each(['process-upload', 'read-text', 'reread-metadata'])(
    'reads no account where no call leads to it: %s',
    (operation) => {
      expect(allowed(operation, READS, keysOf('accounts', 'realtime', 'calls'))).toEqual([]);
    },
  );

  it('reads records across teams, and nothing else of the table, where an operator has it read files again', async () => {
    const permissions = permissionsOf(roleOf(await synthesize(), 'reread-metadata'));
    expect(permissions.filter((permission) => /:(Scan|Query) /.test(permission))).toEqual([
      'dynamodb:Scan <LibraryTable.Arn>/index/byKindCreated',
    ]);
  });

  it('works all the same', () => {
    for (const operation of CALLABLE) {
      expect(allowed(operation, ['GetItem'], keysOf('accounts', 'teams'))).toHaveLength(7);
      expect(allowed(operation, ['UpdateItem'], ['APIKEY#1'], ['pk', 'sk', 'lastUsedAt'])).toHaveLength(1);
      expect(allowed(operation, ['UpdateItem'], ['RATE#1'])).toHaveLength(1);
    }
    const edit = ['pk', 'sk', 'id', 'name', 'isActive', 'updatedAt'];
    expect(allowed('upload-media', ['UpdateItem'], ['TEAM#1'], edit)).toHaveLength(1);
    // Answers of upload-media are kept for a repetition.
    expect(allowed('upload-media', ['UpdateItem', 'GetItem'], ['IDEMPOTENCY#1'])).toHaveLength(2);
    for (const operation of ['process-upload', 'upload-media']) {
      for (const item of [{ id: 'i' }, aTag])
        expect(allowed(operation, ['PutItem'], ['TEAM#1'], ['pk', 'sk', ...Object.keys(item)])).toHaveLength(1);
      expect(allowed(operation, WRITES, ['MEDIA#1', 'UPLOAD#1', 'COUNT#1', 'TAG#1'])).toHaveLength(12);
    }
  });

  it('is tried as others are, of which one that keeps teams may write what is kept from it', () => {
    expect(allowed('manage-members', ['DeleteItem'], ['TEAM#1'])).toHaveLength(1);
    expect(allowed('login', ['PutItem'], ['SESSION#1'])).toHaveLength(1);
  });
});

describe('the function that draws for strangers', () => {
  it('holds neither table nor secret, nor anything else but files', async () => {
    const stack = await synthesize();
    const services = permissionsOf(roleOf(stack, 'draw-picture')).map((permission) => permission.replace(/:.*/, ''));
    expect([...new Set(services)].toSorted()).toEqual(['logs', 's3']);
    expect(Object.keys(functionOf(stack, 'draw-picture').Properties.Environment.Variables)).toEqual(['BUCKET']);
    const everything = Object.values(KEY_FAMILIES).flatMap((prefixes) => prefixes.map((prefix) => `${prefix}1`));
    expect(allowed('draw-picture', [...WRITES, ...READS], everything)).toEqual([]);
  });

  it('has no caller but the one that decides who sees what', async () => {
    const stack = await synthesize();
    const callers = operationNames.filter((name) =>
      permissionsOf(roleOf(stack, name)).some((permission) => /^lambda:.*drawpicture/.test(permission)),
    );
    expect(callers).toEqual(['get-content']);
    const permissions = ofType(stack, 'AWS::Lambda::Permission').map(({ Properties }) => JSON.stringify(Properties));
    expect(permissions.filter((permission) => permission.includes('drawpicture'))).toEqual([]);
    expect(permissions.length).toBeGreaterThan(10);
  });
});

describe('a family of keys', () => {
  it('is about one thing, and each that the table has is about something', () => {
    const drawn = readFileSync(join(PROJECT, 'functions/table/keys.ts'), 'utf8').matchAll(
      /^ \* {5}.*?\b([A-Z]+#)(?=<|CURSOR)/gm,
    );
    const known = Object.values(KEY_FAMILIES).flat();
    expect(new Set(known).size).toBe(known.length);
    expect([...new Set([...drawn].map(([, prefix = '']) => prefix))].toSorted()).toEqual(known.toSorted());
  });
});
