import { describe, expect, it } from '@jest/globals';
import { OCR_LANGUAGE_CODES } from '../../functions/domain/ocr-languages.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';
import { functionSettings, parseSettings } from '../../lib/settings/settings.ts';

const MB = 1024 * 1024;
const file = (settings: unknown): SettingsInput => settings as SettingsInput;

describe('settings', () => {
  it('have a default for everything', () => {
    expect(parseSettings({})).toMatchObject({
      allowedOrigins: [],
      limits: { image: 10 * MB, document: 20 * MB, video: 100 * MB, audio: 50 * MB },
      quotaPerTeam: 100 * 1024 * MB,
      retentionDays: 30,
      defaultVisibility: 'shared',
      uploadMinutes: 60,
      openUploads: 1000,
      rateLimits: { perMinute: 6000, anonymousPerMinute: 1200 },
      ocrLanguages: ['en', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'pl', 'sv', 'tr'],
      extractText: 'onDemand',
      guests: { enabled: false, hours: 24, quota: 100 * MB, perAddressPerHour: 20 },
      logRetentionDays: 30,
      monthlyCost: 50,
      removalPolicy: 'retain',
    });
  });

  it('read sizes as people write them', () => {
    const { limits } = parseSettings({ limits: { image: '25 MB', video: '1.5 GB', audio: 1000 } });
    expect(limits).toEqual({ image: 25 * MB, video: 1536 * MB, audio: 1000, document: 20 * MB });
  });

  it.each([
    [
      { retentionDay: 7 },
      'retentionDay: there is no such setting; allowed are domain, edge, allowedOrigins, uploadGateway, types',
    ],
    [{ limits: { picture: 1 } }, 'limits.picture: there is no such setting; allowed are image, document, video, audio'],
    [{ domain: { name: 'a.example' } }, 'domain.certificateArn: '],
    [{ retentionDays: 0 }, 'retentionDays: allowed is a whole number of days from 1 to 3650'],
    [{ retentionDays: 'a week' }, 'retentionDays: allowed is a whole number of days from 1 to 3650'],
    [{ limits: { image: 'ten' } }, 'limits.image: allowed is a whole number of bytes or a size such as "10 MB"'],
    [
      { limits: { video: '6 TB' } },
      'limits.video: allowed is a whole number of bytes or a size such as "10 MB", from 1 byte to 5 TB',
    ],
    [{ limits: { audio: 0 } }, 'limits.audio: allowed is'],
    [{ limits: { audio: {} } }, 'limits.audio: allowed is'],
    [{ defaultVisibility: 'secret' }, 'defaultVisibility: allowed is one of private, shared, public'],
    [{ logRetentionDays: 8 }, 'logRetentionDays: allowed is one of 1, 3, 5, 7'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail: allowed is an e-mail address'],
    [{ allowedOrigins: ['*'] }, 'allowedOrigins.0: allowed is an origin such as https://www.example.com'],
    [{ allowedOrigins: ['https://a.example/path'] }, 'allowedOrigins.0: allowed is an origin'],
    [{ allowedOrigins: 'https://a.example' }, 'allowedOrigins: allowed is a list, such as ["https://www.example.com"]'],
    [{ types: 'image/png' }, 'types: allowed is a list'],
    [{ ocrLanguages: 7 }, 'ocrLanguages: allowed is a list'],
    [{ types: ['image/svg+xml'] }, 'types.0: SVG is never accepted'],
    [{ types: ['image/bmp'] }, 'types.0: allowed are image/jpeg, image/png'],
    [{ types: [] }, 'types: at least one type is needed'],
    [{ uploadsEnabled: 'no' }, 'uploadsEnabled: allowed is true or false'],
    [{ uploadMinutes: 1441 }, 'uploadMinutes: allowed is a whole number of minutes from 5 to 1440'],
    [{ ocrLanguages: ['xx'] }, `ocrLanguages.0: allowed are ${OCR_LANGUAGE_CODES.join(', ')}`],
    [{ ocrLanguages: [] }, 'ocrLanguages: at least one language is needed'],
    [{ ocrLanguages: ['en', 'en'] }, 'ocrLanguages: each language is named once'],
    [{ extractText: 'never' }, 'extractText: allowed is one of onDemand, onUpload'],
    [{ rateLimits: { perMinute: 0 } }, 'rateLimits.perMinute: allowed is a whole number of calls from 1 to 1000000'],
    [{ rateLimits: { perHour: 1 } }, 'rateLimits.perHour: there is no such setting; allowed are perMinute, anonymous'],
    [{ removalPolicy: 'keep' }, 'removalPolicy: allowed is one of retain, destroy'],
    [{ edge: true }, 'edge: allowed is false, or an object such as {}'],
    [{ edge: { cache: 1 } }, 'edge.cache: there is no such setting; allowed are domain, certificateArn, webAclArn'],
    [{ edge: { domain: 'media.example.com' } }, 'edge: domain and certificateArn are set together'],
    [
      { edge: { domain: 'a.example', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1' } },
      'edge.certificateArn: allowed is the ARN of a certificate in us-east-1',
    ],
    [
      { edge: { webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b' } },
      'edge.webAclArn: allowed is the ARN of a web ACL for CloudFront',
    ],
    [
      { edge: { priceClass: 'cheap' } },
      'edge.priceClass: allowed is one of PriceClass_100, PriceClass_200, PriceClass_All',
    ],
    [{ edge: { keys: 0 } }, 'edge.keys: allowed is a whole number of keys made so far from 1 to 1000000'],
  ])('refuse %j, saying which key was wrong and what is allowed', (settings, message) => {
    expect(() => parseSettings(file(settings))).toThrow(message);
  });

  it('have no edge when it is false, from the file and from the context', () => {
    expect(parseSettings({ edge: false })).not.toHaveProperty('edge');
    expect(parseSettings({ edge: { logs: true } }, { edge: 'false' })).not.toHaveProperty('edge');
    expect(parseSettings({}, { edge: '{}' }).edge).toEqual({ priceClass: 'PriceClass_100', logs: false, keys: 1 });
    expect(parseSettings({ edge: false }, { 'edge.keys': '2' }).edge).toMatchObject({ keys: 2 });
  });

  it('have an edge without a name of its own on a laptop', () => {
    const own = { domain: 'a.example', certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1', logs: true };
    const { edge } = parseSettings({ edge: { ...own, keys: 3 } }, { 'mediashelf:local': true });
    expect(edge).toEqual({ priceClass: 'PriceClass_100', logs: false, keys: 3 });
  });

  it('name every wrong key at once', () => {
    const parse = () => parseSettings(file({ retentionDays: -1, alarmEmail: 7 }));
    expect(parse).toThrow(/retentionDays: .*\n {2}alarmEmail: /);
  });
});

describe('context', () => {
  it('lays values over the file: numbers, lists, texts and dotted keys', () => {
    const context = {
      retentionDays: '7',
      allowedOrigins: '["https://a.example"]',
      'limits.image': '25 MB',
      defaultVisibility: 'private',
    };
    const settings = parseSettings({ retentionDays: 90, limits: { audio: 5 } }, context);
    expect(settings).toMatchObject({
      retentionDays: 7,
      allowedOrigins: ['https://a.example'],
      defaultVisibility: 'private',
    });
    expect(settings.limits).toMatchObject({ image: 25 * MB, audio: 5, video: 100 * MB });
  });

  it('refuses more than fits into the variables of a function, before Lambda does', () => {
    const origins = (count: number, length: number) =>
      Array.from({ length: count }, (_, at) => `https://${'a'.repeat(30)}.${'b'.repeat(length)}${at}.example.com`);
    expect(parseSettings({ allowedOrigins: origins(20, 20) }).allowedOrigins).toHaveLength(20);
    expect(() => parseSettings({ allowedOrigins: origins(20, 60) })).toThrow(
      /allowedOrigins: .* bytes, and allowed are/,
    );
  });

  it('has guests on a laptop, unless the settings say something else, and none on AWS', () => {
    const guests = (settings: SettingsInput, context = {}) => functionSettings(parseSettings(settings, context)).guests;
    const local = { 'mediashelf:local': true };
    expect(guests({}).hours).toBe(0);
    expect(guests({}, local).hours).toBe(24);
    expect(guests({ guests: { enabled: true } }).hours).toBe(24);
    expect(guests({ guests: { enabled: false } }, local).hours).toBe(0);
    expect(guests({}, { ...local, 'guests.enabled': 'false' }).hours).toBe(0);
    expect(guests({ guests: { hours: 2, perAddressPerHour: 3 } }, local)).toMatchObject({
      hours: 2,
      perAddressPerHour: 3,
    });
  });

  it.each([
    ['https://a.example', ['https://a.example']],
    ['http://127.0.0.1:8080', ['http://127.0.0.1:8080']],
    ['https://a.example, https://b.example', ['https://a.example', 'https://b.example']],
    ['', []],
  ])('takes %j for a list', (text, allowedOrigins) =>
    expect(parseSettings({}, { allowedOrigins: text })).toMatchObject({ allowedOrigins }),
  );

  it('takes one text for any list, in whatever depth, and judges its entries', () => {
    const lists = {
      ocrLanguages: 'en',
      types: 'image/png,audio/mpeg',
      'clamd.host': 'a',
      'clamd.subnetIds': 'subnet-0a1b2c3d',
    };
    const parsed = parseSettings({}, { ...lists, 'clamd.securityGroupIds': 'sg-0a1b2c3d' });
    expect(parsed).toMatchObject({ ocrLanguages: ['en'], types: ['image/png', 'audio/mpeg'] });
    expect(parsed.clamd).toMatchObject({ subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] });
    expect(() => parseSettings({}, { allowedOrigins: 'https://a.example/path' })).toThrow(
      'allowedOrigins.0: allowed is',
    );
    expect(() => parseSettings({}, { allowedOrigins: '7' })).toThrow('allowedOrigins: allowed is a list');
  });

  it('gives a setting back to its default by null', () => {
    const domain = { name: 'media.example.com', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1' };
    expect(parseSettings({ domain, retentionDays: 5 }, { domain: 'null' })).not.toHaveProperty('domain');
    const eachOfIt = { 'domain.name': null, 'domain.certificateArn': null };
    for (const file of [{}, { domain }]) expect(parseSettings(file, eachOfIt)).not.toHaveProperty('domain');
  });

  it("leaves CDK's own keys alone, and refuses what looks like a misspelt setting", () => {
    const own = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:x': true, 'cli-telemetry': false };
    expect(parseSettings({}, own)).toEqual(parseSettings({}));
    expect(() => parseSettings({}, { 'limit.image': '5' })).toThrow('limit: there is no such setting');
  });

  it.each(['constructor', 'limits.constructor', 'limits.prototype.image'])('refuses %s', (key) => {
    expect(() => parseSettings({}, { [key]: '1' })).toThrow('there is no such setting');
  });
});

describe('settings of functions', () => {
  it('hold the types with kind and extensions, limits, and nothing of the deployment', () => {
    const settings = functionSettings(
      parseSettings({ types: ['audio/mpeg', 'image/png'], alarmEmail: 'ops@example.com' }),
    );
    expect(settings.types).toEqual([
      { mime: 'image/png', kind: 'image', extensions: ['png'] },
      { mime: 'audio/mpeg', kind: 'audio', extensions: ['mp3'] },
    ]);
    expect(JSON.stringify(settings)).not.toContain('ops@example.com');
  });
});
