import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { generate, openSecretStore } from '../../../local/secrets/secret-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'mediashelf-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = { name: 'Key', arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Key-abcdef', generate: {} };

describe('secrets', () => {
  it('are generated once and kept where only their owner reads them', () => {
    const file = join(folder, 'secrets.json');
    const [first] = openSecretStore(file, [SECRET]).versions(SECRET);
    const [again] = openSecretStore(file, [SECRET]).versions(SECRET);
    expect(first?.value).toHaveLength(32);
    expect(again).toEqual(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('follow the rules of the template', () => {
    expect(generate({ PasswordLength: 64, ExcludePunctuation: true })).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(generate({ PasswordLength: 3, ExcludePunctuation: true })).toMatch(
      /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{3}$/,
    );
    expect(generate({ ExcludeUppercase: true, ExcludeLowercase: true, ExcludePunctuation: true })).toMatch(/^\d{32}$/);
    expect(generate({ ExcludeCharacters: 'abc', PasswordLength: 400 })).not.toMatch(/[abc]/);
  });

  it('may be one field of a document', () => {
    const value = generate({
      SecretStringTemplate: '{"user":"shelf"}',
      GenerateStringKey: 'password',
      PasswordLength: 20,
    });
    expect(JSON.parse(value)).toEqual({ user: 'shelf', password: expect.stringMatching(/^.{20}$/) });
  });
});

describe('stages', () => {
  const open = () => openSecretStore(join(folder, `${crypto.randomUUID()}.json`), [SECRET]);
  const stagesOf = (store: ReturnType<typeof open>) =>
    Object.fromEntries(store.versions(SECRET).map(({ id, stages }) => [id, [...stages].sort()]));

  it('make a new value the current one and the former the previous one; what is older is gone', () => {
    const store = open();
    const [first] = store.versions(SECRET);
    store.put(SECRET, 'second', 'two');
    expect(stagesOf(store)).toEqual({ [String(first?.id)]: ['AWSPREVIOUS'], two: ['AWSCURRENT'] });
    store.put(SECRET, 'third', 'three');
    expect(stagesOf(store)).toEqual({ two: ['AWSPREVIOUS'], three: ['AWSCURRENT'] });
  });

  it('keep a pending value beside the current one until it is moved', () => {
    const store = open();
    const [first] = store.versions(SECRET);
    store.reserve(SECRET, 'two');
    store.put(SECRET, 'second', 'two', ['AWSPENDING']);
    expect(stagesOf(store)).toEqual({ [String(first?.id)]: ['AWSCURRENT'], two: ['AWSPENDING'] });
    expect(() => store.move(SECRET, 'AWSCURRENT', undefined, 'two')).toThrow('currently attached to version');
    expect(() => store.move(SECRET, 'AWSCURRENT', first?.id, 'three')).toThrow("can't find");
    store.move(SECRET, 'AWSCURRENT', first?.id, 'two');
    expect(stagesOf(store)).toEqual({ [String(first?.id)]: ['AWSPREVIOUS'], two: ['AWSCURRENT', 'AWSPENDING'] });
  });

  it('refuse another value for a version that has one', () => {
    const store = open();
    store.put(SECRET, 'second', 'two');
    expect(store.put(SECRET, 'second', 'two').value).toBe('second');
    expect(() => store.put(SECRET, 'changed', 'two')).toThrow('another value already');
  });
});
