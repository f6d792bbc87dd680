import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Tag } from '../../functions/domain/tag.ts';
import { KEY_FAMILIES, type KeyFamily } from '../../lib/key-families.ts';
import { decoders, type OperationName, operationNames } from '../../lib/operations.ts';
import { createAccess } from '../../local/iam/access.ts';
import { readTables } from '../../local/template/data.ts';
import { readFunctions } from '../../local/template/functions.ts';
import { loadStack, type Stack } from '../../local/template/stack.ts';
import { PROJECT } from '../support/checks/readme.ts';
import { flat, functionOf, ofType, permissionsOf, roleOf, synthesize, theInvocationRole } from './synthesized.ts';

/** Functions that handle files of strangers, or what was decoded of them. */
const HANDLERS = [
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
const CALLABLE = HANDLERS.slice(3);

let stack: Stack;
let attempt: (operation: string, action: string, key: string, attributes?: readonly string[]) => boolean;
beforeAll(async () => {
  stack = loadStack((await synthesize()).outdir);
  const access = createAccess(stack, 'seed');
  const [table] = readTables(stack);
  const functions = readFunctions(stack);
  attempt = (operation, action, key, attributes = ['pk', 'sk']) => {
    const own = functions.find(({ name }) => name.endsWith(`-${operation}`));
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

describe('a function that handles files', () => {
  it.each(HANDLERS)('changes no account, login, ticket or invitation, and makes no key: %s', (operation) => {
    expect(allowed(operation, ['PutItem', 'DeleteItem'], keysOf('accounts'))).toEqual([]);
    const others = keysOf('accounts').filter((key) => key !== 'APIKEY#1');
    expect(allowed(operation, ['UpdateItem'], others)).toEqual([]);
    expect(allowed(operation, ['UpdateItem'], ['APIKEY#1'], ['pk', 'sk', 'lastUsedAt', 'scopes'])).toEqual([]);
  });

  it.each(HANDLERS)('makes no member, key, invitation or webhook of a team: %s', (operation) => {
    for (const attribute of ['role', 'userId', 'owners', 'keyHash', 'invitedBy', 'url', 'keptBy'])
      expect(allowed(operation, WRITES, ['TEAM#1'], ['pk', 'sk', 'id', attribute])).toEqual([]);
    expect(allowed(operation, ['DeleteItem'], ['TEAM#1'])).toEqual([]);
  });

  it.each(HANDLERS)(
    'writes nothing in a team that has more than a tag, and begins no membership anew: %s',
    (operation) => {
      for (const attribute of ['createdAt', 'role', 'owners', 'enabled', 'secret'])
        expect(allowed(operation, ['UpdateItem'], ['TEAM#1'], ['pk', 'sk', attribute])).toEqual([]);
      for (const attribute of ['email', 'scopes', 'memberSince', 'enabled', 'events', 'secret', 'ttl', 'guestId'])
        expect(allowed(operation, ['PutItem'], ['TEAM#1'], ['pk', 'sk', 'id', attribute])).toEqual([]);
    },
  );

  it.each(HANDLERS)('is in no connection, room or channel, and counts no attempt at a password: %s', (operation) => {
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
      expect(allowed(operation, ['GetItem'], keysOf('accounts', 'teams'))).toHaveLength(10);
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

/** Those of them that hold nothing but files. */
const APART = decoders.filter((name) => name !== 'read-text');

describe('a function that decodes files', () => {
  const servicesOf = async (operation: OperationName) => {
    const permissions = permissionsOf(roleOf(await synthesize(), operation));
    return [...new Set(permissions.map((permission) => permission.replace(/:.*/, '')))].toSorted();
  };

  it('is one of three', () => {
    expect(decoders.toSorted()).toEqual(['draw-picture', 'examine-file', 'read-text']);
  });

  it.each(decoders)('holds no secret, and nothing of accounts and teams: %s', async (operation) => {
    expect(await servicesOf(operation)).not.toContain('secretsmanager');
    const variables = Object.keys(functionOf(await synthesize(), operation).Properties.Environment.Variables);
    expect(variables).not.toContain('AUTH_SECRET');
    const withheld = keysOf('accounts', 'teams', 'realtime', 'calls');
    expect(allowed(operation, [...WRITES, ...READS], withheld)).toEqual([]);
  });

  it.each(decoders)('makes no tag, and so overwrites no member: %s', (operation) => {
    expect(allowed(operation, WRITES, ['TEAM#1'], ['pk', 'sk', 'id'])).toEqual([]);
  });

  it.each(APART)('holds nothing but files: %s', async (operation) => {
    expect(await servicesOf(operation)).toEqual(['logs', 's3']);
    const stack = await synthesize();
    const { FONTCONFIG_FILE: _, ...variables } = functionOf(stack, operation).Properties.Environment.Variables;
    expect(Object.keys(variables)).toEqual(['BUCKET']);
    const everything = Object.values(KEY_FAMILIES).flatMap((prefixes) => prefixes.map((prefix) => `${prefix}1`));
    expect(allowed(operation, [...WRITES, ...READS], everything)).toEqual([]);
    expect(permissionsOf(roleOf(stack, operation)).filter((each) => each.startsWith('s3:List'))).toEqual([]);
  });

  it.each<[OperationName, readonly OperationName[]]>([
    ['draw-picture', ['get-content']],
    ['examine-file', ['analyze-media', 'reread-metadata', 'extract-text', 'upload-media', 'process-upload']],
  ])('has no route, and no caller but functions that decide: %s', async (operation, expected) => {
    const stack = await synthesize();
    const name = operation.replaceAll('-', '');
    const callers = operationNames.filter((each) =>
      permissionsOf(roleOf(stack, each)).some(
        (permission) => permission.startsWith('lambda:') && permission.includes(name),
      ),
    );
    expect(callers).toEqual(expected);
    const permissions = ofType(stack, 'AWS::Lambda::Permission').map(({ Properties }) => JSON.stringify(Properties));
    expect(permissions.filter((permission) => permission.includes(name))).toEqual([]);
    const calls = permissionsOf(theInvocationRole(stack));
    expect(calls.filter((permission) => permission.endsWith(operation))).toEqual([]);
    expect(calls.length).toBeGreaterThan(10);
  });

  it('finds no secret in its environment, nor does any other function', async () => {
    const stack = await synthesize();
    expect(stack.templateText).not.toContain('resolve:secretsmanager');
    const given = operationNames.flatMap((name) => {
      const { AUTH_SECRET } = functionOf(stack, name).Properties.Environment.Variables;
      return AUTH_SECRET === undefined ? [] : [flat(AUTH_SECRET)];
    });
    // The ARN of the secret, by which a function that may reads it.
    expect([...new Set(given)]).toEqual(['<AuthSecret>']);
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
