import { describe, expect, it } from '@jest/globals';
import { type ErrorCode, MediaError, STATUS } from '../../../functions/domain/errors.ts';
import { addressName, kindOf, originalKey, parseOriginalKey } from '../../../functions/domain/media.ts';
import { scopesOfKey, scopesOfRole } from '../../../functions/domain/scopes.ts';
import { admitFile, type Settings } from '../../../functions/domain/settings.ts';

const settings: Settings = {
  types: [
    { mime: 'image/png', kind: 'image', extensions: ['png'] },
    { mime: 'application/pdf', kind: 'document', extensions: ['pdf'] },
  ],
  limits: { image: 100, document: 200, video: 0, audio: 0 },
  formBytes: 2000,
  quotaBytes: 1000,
  teamsPerPerson: 3,
  quotaRecords: 100,
  retentionDays: 30,
  defaultVisibility: 'shared',
  guests: { quotaBytes: 100, quotaRecords: 10, hours: 24, perAddressPerHour: 20 },
  uploadMinutes: 60,
  openUploads: 1000,
  uploadsEnabled: true,
  fillFromMetadata: false,
  allowedOrigins: [],
  realtime: {
    connectionsPerPerson: 9,
    connectionsPerGuest: 9,
    connectionsOfGuestsPerAddress: 9,
    handshakesPerMinute: 9,
    messagesPerMinute: 9,
  },
  rateLimits: { perMinute: 6000, anonymousPerMinute: 1200 },
  webhooksToLoopback: false,
  text: { languages: ['en'], onUpload: false },
};

const refusal = (act: () => unknown): ErrorCode | undefined => {
  try {
    act();
  } catch (error) {
    return error instanceof MediaError ? error.code : undefined;
  }
  return undefined;
};

describe('admitting a file', () => {
  it('answers its kind', () => {
    expect(admitFile(settings, { mimeType: 'image/png', size: 100 })).toBe('image');
    expect(admitFile(settings, { mimeType: 'application/pdf', size: 200 })).toBe('document');
  });
  it('refuses a type that is not listed', () =>
    expect(refusal(() => admitFile(settings, { mimeType: 'image/svg+xml', size: 10 }))).toBe('TYPE_NOT_ALLOWED'));
  it('names the endings of what is taken in place of a type that is not', () =>
    expect(() => admitFile(settings, { mimeType: 'image/svg+xml', size: 10 })).toThrow(
      `Files of type image/svg+xml are not accepted, but ${settings.types.map(({ extensions }) => extensions[0]).join(', ')} are`,
    ));
  it('refuses an empty file', () =>
    expect(refusal(() => admitFile(settings, { mimeType: 'image/png', size: 0 }))).toBe('EMPTY_FILE'));
  it('refuses one byte over the limit of the kind', () =>
    expect(refusal(() => admitFile(settings, { mimeType: 'image/png', size: 101 }))).toBe('TOO_LARGE'));
});

describe('scopes', () => {
  it('let viewers read and nothing else', () => expect([...scopesOfRole('viewer')]).toEqual(['media:read']));
  it('count media:write as create and update', () =>
    expect([...scopesOfKey(['media:write'], 'owner')]).toEqual(['media:create', 'media:update']));
  it('never give a key more than its maker may', () =>
    expect([...scopesOfKey(['media:read', 'media:write', 'media:delete'], 'viewer')]).toEqual(['media:read']));
});

describe('keys and addresses', () => {
  it('give back the parts of an original key', () =>
    expect(parseOriginalKey(originalKey('t', 'm', 'v'))).toEqual({ teamId: 't', mediaId: 'm', fileVersion: 'v' }));
  it.each(['originals/t/m', 'originals/t/m/v/x', 'renditions/t/m/v', 'originals//m/v', ''])(
    'know that %j is no original',
    (key) => expect(parseOriginalKey(key)).toBeUndefined(),
  );
  it('keep separators out of an address', () => expect(addressName('../a\\b c.png')).toBe('.._a_b%20c.png'));
  it('take what is no picture, film or sound for a document', () => {
    expect(kindOf('video/mp4')).toBe('video');
    expect(kindOf('text/plain')).toBe('document');
  });
});

describe('errors', () => {
  it('all have a status that is an error', () => {
    for (const status of Object.values(STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
