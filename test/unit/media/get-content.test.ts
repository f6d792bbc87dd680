import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { previewTokens } from '../../../functions/accounts/preview-tokens.ts';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import { uploadTokens } from '../../../functions/accounts/upload-tokens.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import type { ReadPermit } from '../../../functions/files/file-store.ts';
import type { Drawing } from '../../../functions/media/draw-once.ts';
import type { DrawingOrder } from '../../../functions/media/drawing-order.ts';
import { type GetContent, getContent } from '../../../functions/media/get-content.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const START = Date.parse('2030-01-01T00:00:00Z');
const ISSUER = 'https://api.example';
const keys = async () => [signingKey('secret')];

const asking = (fields: Partial<MediaRecord> = {}) => {
  const record = aRecord({ mimeType: 'image/png', kind: 'image', width: 800, height: 600, ...fields });
  const clock = { now: START };
  const drawings: Drawing[] = [];
  const orders: DrawingOrder[] = [];
  const counted: unknown[] = [];
  const objects = new Map([['original', { key: 'original', size: 7, contentType: record.mimeType }]]);
  const reads: string[] = [];
  const bytes: { value: Uint8Array | undefined } = { value: new Uint8Array(7) };
  const signed: { permit: ReadPermit; seconds: number }[] = [];
  const tokens = previewTokens(ISSUER, keys, () => new Date(clock.now));
  const locate = getContent({
    media: { get: async (id) => (id === record.id ? record : undefined), refusal: async () => undefined },
    files: {
      head: async () => objects.get('original'),
      readRange: async (key, start, length) => {
        reads.push(key);
        return bytes.value?.subarray(start, start + length);
      },
    },
    drawOnce: async (drawing, draw) => {
      drawings.push(drawing);
      await drawing.admit?.();
      await draw();
    },
    orderDrawing: async (order) => {
      orders.push(order);
    },
    isOpaque: async () => true,
    limit: async (caller, calls) => {
      counted.push([caller, calls]);
      return undefined;
    },
    openPreview: tokens.open,
    signRead: (permit, seconds) => {
      signed.push({ permit, seconds });
      return 'https://s3.example';
    },
    clock: () => new Date(clock.now),
  });
  const ask = (input: Partial<GetContent>, principal?: Principal) =>
    locate({ input: { id: record.id, method: 'GET', by: 'address', address: '192.0.2.1', ...input }, principal });
  return { record, clock, drawings, orders, counted, objects, signed, tokens, reads, bytes, ask };
};

const folderOf = ({ key }: Drawing): string => key.split('/').slice(4, -1).join('/');

describe('a transform', () => {
  const guest = aPrincipal({ guest: true });
  const outsider = aPrincipal({ teamId: 'other', teams: [{ teamId: 'other', role: 'owner' }] });

  it.each([
    ['a stranger', undefined, { kind: 'address', id: '192.0.2.1' }],
    ['a guest', guest, { kind: 'address', id: '192.0.2.1' }],
    ['a member of another team', outsider, { kind: 'user', id: outsider.userId }],
  ])('counts as twenty calls of the caller when it is drawn for %s', async (_, principal, caller) => {
    const { ask, counted } = asking();
    await ask({ transform: { w: 300 } }, principal);
    expect(counted).toEqual([[caller, 20]]);
  });

  it.each([
    ['a caller without credentials', undefined, '192.0.2.1'],
    ['a guest, be the record their own', guest, '192.0.2.1'],
    ['a member of another team, who counts for themselves', outsider, outsider.userId],
    ['a member', aPrincipal(), undefined],
  ])('is drawn in a place of those from outside but for members: %s', async (_, principal, stranger) => {
    const { ask, drawings } = asking({ renditions: { large: { width: 800, height: 600 } } });
    await ask({ transform: { w: 300 } }, principal);
    await ask({ rendition: 'large' }, principal);
    expect(drawings.map((drawing) => drawing.stranger)).toEqual([stranger, stranger]);
  });

  it('counts as one call for a member', async () => {
    const { ask, counted } = asking();
    await ask({ transform: { w: 300 } }, aPrincipal());
    expect(counted).toEqual([]);
  });

  it.each([
    ['a stranger', undefined, 't/strangers', 320],
    ['a guest, be the record their own', guest, 't/strangers', 320],
    ['a member of another team', outsider, 't/strangers', 320],
    ['a member', aPrincipal(), 't/members', 301],
  ] as const)('takes a step of the ladder but for members: %s', async (_, principal, folder, side) => {
    const { ask, drawings } = asking();
    await ask({ transform: { w: 301, h: 301, format: 'webp' } }, principal);
    expect(drawings.map(folderOf)).toEqual([folder]);
    expect(drawings[0]?.key).toContain(`/${side}x${side}_`);
    expect(drawings[0]?.folder?.most).toBe(principal === undefined || folder === 't/strangers' ? 200 : 1000);
  });

  it('leaves room to others in the folders that strangers fill', async () => {
    const { ask, drawings } = asking({
      mimeType: 'application/pdf',
      kind: 'document',
      pages: 9,
      renditions: { small: { width: 1, height: 1 } },
    });
    await ask({ rendition: 'small', page: 2 });
    await ask({ transform: { w: 64, blur: 2 } });
    expect(drawings.map(folderOf)).toEqual(['t/pages', 't/strangers']);
    for (const { stranger, folder } of drawings) {
      expect(stranger).toBe('192.0.2.1');
      expect(folder?.ofStrangers.ofHolder).toBeLessThanOrEqual((folder?.most ?? 0) / 5);
    }
    // Pages are one folder for members and strangers.
    expect(drawings[0]?.folder?.ofStrangers.ofAll).toBeLessThanOrEqual(500);
  });

  it('that is plain is one for all, and has room whatever others drew', async () => {
    const { ask, drawings } = asking();
    for (const principal of [undefined, guest, aPrincipal()]) {
      await ask({ transform: { w: 320, format: 'webp' } }, principal);
    }
    expect(new Set(drawings.map(({ key }) => key)).size).toBe(1);
    expect(drawings.map(({ folder }) => folder)).toEqual([undefined, undefined, undefined]);
  });

  it('of a page that the document does not have is refused before it is opened', async () => {
    const size = { width: 1, height: 1 };
    const { ask, drawings } = asking({
      mimeType: 'application/pdf',
      kind: 'document',
      pages: 3,
      renditions: { small: size },
    });
    await ask({ transform: { w: 64, page: 3 }, page: 3 });
    await expect(ask({ transform: { w: 64, page: 4 }, page: 4 })).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(ask({ rendition: 'small', page: 9999 })).rejects.toMatchObject({ code: 'VALIDATION' });
    expect(drawings).toHaveLength(1);
  });
});

describe('a rendition that is stored with its record', () => {
  const size = { width: 1, height: 1 };
  const renditions = { small: size, medium: size, large: size };

  it('is opened without asking S3 for it; another one, or that of another page, is looked for', async () => {
    const { ask, drawings, signed } = asking({ mimeType: 'application/pdf', kind: 'document', pages: 3, renditions });
    await ask({ rendition: 'small' });
    await ask({ rendition: 'medium', page: 1 });
    expect(drawings).toEqual([]);
    expect(signed.map(({ permit }) => permit.key.split('/').at(-1))).toEqual(['small.webp', 'medium.webp']);
    await ask({ rendition: 'large' });
    await ask({ rendition: 'small', page: 2 });
    expect(drawings.map(({ key }) => key.split('/').at(-1))).toEqual(['large.webp', 'p2_small.webp']);
  });
});

describe('an order to draw', () => {
  const DRAWABLE = { renditions: { large: { width: 800, height: 600 } } };

  it('names the file, the picture and where it belongs, and nothing of who asks', async () => {
    const { record, ask, drawings, orders } = asking(DRAWABLE);
    await ask({ rendition: 'large' }, aPrincipal());
    await ask({ transform: { w: 64, format: 'avif' } }, aPrincipal());
    const original = {
      key: `originals/${record.teamId}/${record.id}/${record.fileVersion}`,
      size: 7,
      mimeType: 'image/png',
      page: 1,
    };
    expect(orders).toEqual([
      {
        original,
        picture: { rendition: 'large' },
        result: { key: drawings[0]?.key, contentType: 'image/webp' },
      },
      {
        original,
        picture: { transform: expect.objectContaining({ width: 64, format: 'avif' }) },
        result: { key: drawings[1]?.key, contentType: 'image/avif' },
      },
    ]);
  });

  it('is signed so that it ends five minutes after the end of an access that a cached read did not see', async () => {
    const { ask, signed } = asking({ ...DRAWABLE, visibility: 'private' });
    await ask({}, aPrincipal());
    await ask({ rendition: 'large' }, aPrincipal());
    const [cached, slow] = [30, 30];
    expect(signed.map(({ seconds }) => cached + slow + seconds)).toEqual([300, 300]);
  });

  it('is not given for a file that is gone', async () => {
    const { ask, orders, objects } = asking(DRAWABLE);
    objects.clear();
    await expect(ask({ rendition: 'large' }, aPrincipal())).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' });
    expect(orders).toEqual([]);
  });
});

describe('a request that came through the edge', () => {
  const size = { width: 1, height: 1 };
  const PUBLIC = { visibility: 'public', renditions: { small: size, medium: size, large: size } } as const;
  const edge = { known: [] as string[] };
  const NOT_SHARED = { location: 'https://s3.example', cacheControl: 'private, no-store' };

  it.each([
    ['the file', {}, 'image/png'],
    ['a rendition', { rendition: 'small' }, 'image/webp'],
    ['a transform', { transform: { w: 64, format: 'avif' } }, 'image/avif'],
  ] as const)('gets the bytes of a public picture: %s', async (_, input, contentType) => {
    const { ask, signed, bytes } = asking(PUBLIC);
    expect(await ask({ ...input, edge })).toEqual({
      bytes: bytes.value,
      contentType,
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      contentDisposition: expect.stringContaining('inline'),
    });
    expect(signed).toEqual([]);
  });

  it('has its version back without a read of S3, and another after a replacement', async () => {
    const { ask, reads } = asking(PUBLIC);
    const etagOf = async (from: typeof ask): Promise<string> => {
      const found = await from({ edge });
      return 'etag' in found ? found.etag : '';
    };
    const etag = await etagOf(ask);
    expect(await etagOf(asking({ ...PUBLIC, fileVersion: 'a later one' }).ask)).not.toBe(etag);
    reads.length = 0;
    for (const known of [['"other"', etag], ['*']]) {
      expect(await ask({ edge: { known } })).toMatchObject({ etag, bytes: undefined });
    }
    expect(reads).toEqual([]);
  });

  const outsider = aPrincipal({ teamId: 'other', teams: [{ teamId: 'other', role: 'owner' }] });
  it.each([
    ['a shared picture', { visibility: 'shared' }, undefined],
    ['a private picture of a member', { visibility: 'private' }, aPrincipal()],
    ['a public picture, for a member', {}, aPrincipal()],
    ['a public picture, for a member of another team', {}, outsider],
    ['a film', { mimeType: 'video/mp4', kind: 'video' }, undefined],
    ['a document', { mimeType: 'application/pdf', kind: 'document' }, undefined],
    ['a picture above 4 MB', { fileSize: 4 * 1024 * 1024 + 1 }, undefined],
  ] as const)('is redirected for this caller alone to %s', async (_, fields, principal) => {
    const { ask, reads } = asking({ ...PUBLIC, ...fields });
    expect(await ask({ edge: { known: ['*'] } }, principal)).toMatchObject(NOT_SHARED);
    expect(reads).toEqual([]);
  });

  it('is redirected to a drawn picture above 4 MB, and to one that S3 lacks', async () => {
    const { ask, bytes } = asking(PUBLIC);
    for (const value of [new Uint8Array(4 * 1024 * 1024 + 1), undefined]) {
      bytes.value = value;
      expect(await ask({ transform: { w: 64 }, edge })).toMatchObject(NOT_SHARED);
    }
    bytes.value = new Uint8Array(4 * 1024 * 1024);
    expect(await ask({ transform: { w: 64 }, edge })).toHaveProperty('bytes');
  });

  it('shares no token of a preview', async () => {
    const { record, ask, tokens } = asking(PUBLIC);
    const claims = {
      mediaId: record.id,
      fileVersion: record.fileVersion ?? '',
      size: 'medium',
      format: 'jpeg',
    } as const;
    expect(await ask({ preview: await tokens.sign(claims), edge })).toMatchObject(NOT_SHARED);
  });
});

describe('the token of a preview', () => {
  const claims = ({ id, fileVersion }: MediaRecord) =>
    ({ mediaId: id, fileVersion: fileVersion ?? '', size: 'medium', format: 'jpeg' }) as const;

  it('shows that picture of a private file, and nothing else of it', async () => {
    const { record, ask, drawings, signed, tokens } = asking({ visibility: 'private' });
    const preview = await tokens.sign(claims(record));
    expect(await ask({ preview })).toMatchObject({ cacheControl: 'no-store' });
    expect(signed.map(({ permit }) => permit.contentType)).toEqual(['image/jpeg']);
    expect(drawings.map(folderOf)).toEqual(['t/plain']);
    expect(drawings[0]).toMatchObject({ stranger: '192.0.2.1', admit: undefined });
    await expect(ask({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Whatever stands beside the token, what is signed is what the token says.
    await ask({ preview, transform: { w: 4000 }, rendition: 'large', disposition: 'attachment' });
    expect(signed[1]).toEqual(signed[0]);
  });

  it('ends after four minutes, and so does what it led to', async () => {
    const { record, clock, ask, signed, tokens } = asking({ visibility: 'private' });
    const preview = await tokens.sign(claims(record));
    clock.now += 230_000;
    await ask({ preview });
    expect(signed[0]?.seconds).toBe(10);
    clock.now += 10_000;
    await expect(ask({ preview })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('opens nothing once the file was replaced or deleted', async () => {
    const gone = asking({ visibility: 'private', state: 'deleted' });
    await expect(gone.ask({ preview: await gone.tokens.sign(claims(gone.record)) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { record, ask, tokens } = asking({ visibility: 'private' });
    const preview = await tokens.sign({ ...claims(record), fileVersion: 'the one before' });
    await expect(ask({ preview })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is that of this record, of this deployment and of this kind', async () => {
    const { record, clock, ask, tokens } = asking({ visibility: 'public' });
    const now = () => new Date(clock.now);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const foreign = previewTokens(ISSUER, async () => [{ ...signingKey('secret'), privateKey, publicKey }], now);
    const upload = uploadTokens(ISSUER, keys, now);
    const refused = [
      await tokens.sign({ ...claims(record), mediaId: 'another' }),
      await foreign.sign(claims(record)),
      await previewTokens('https://other.example', keys, now).sign(claims(record)),
      await upload.sign({ userId: record.id, teamId: 'team', by: { kind: 'login', id: 'x' } }),
      `${await tokens.sign(claims(record))}x`,
      '',
      'x.y.z',
    ];
    for (const preview of refused) await expect(ask({ preview })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
