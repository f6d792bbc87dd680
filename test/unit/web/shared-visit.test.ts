import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { newVisit } from '../../../web/shared/visit.ts';

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}
type Said = readonly [status: number, data?: unknown];

const aFile = (id: string, signed = 1) => ({ id, renditions: { small: { url: `https://s3/${id}?signed=${signed}` } } });

/** A visit, the calls that it makes, and what the API answers to them. */
const aVisit = (answer: (asked: Asked, count: number) => Said) => {
  const asked: Asked[] = [];
  const clock = { now: 0 };
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (path, options) => {
    const one = { path: String(path), body: JSON.parse(String(options?.body)) };
    asked.push(one);
    const [status, data] = answer(one, asked.length);
    return new Response(JSON.stringify({ success: status < 400, data }), { status });
  });
  return { visit: newVisit('the token', () => clock.now), asked, clock };
};
const opened = (items: readonly unknown[], nextCursor: string | null = null) =>
  [200, { name: 'Harbour', expiresAt: null, access: 'the access', total: 3, items, nextCursor }] as const;

afterEach(() => void jest.restoreAllMocks());

describe('a visit of a share link', () => {
  it('asks for the password where the link has one, and says when it was wrong', async () => {
    const { visit, asked } = aVisit(({ body }) => (body.password === 'right' ? opened([aFile('a')]) : [401]));
    await visit.open();
    expect(visit.state().refusal).toBe('locked');
    await visit.open('wrong');
    expect(visit.state().refusal).toBe('wrong');
    await visit.open('right');
    expect(visit.state()).toMatchObject({ refusal: undefined, name: 'Harbour', total: 3, isBusy: false });
    expect(asked.map(({ path }) => path)).toEqual(Array(3).fill('/api/v1/shared'));
  });

  it.each<[string, number]>([
    ['gone', 404],
    ['gone', 400],
    ['busy', 429],
    ['busy', 503],
  ])('is %s when the server answers %i', async (refusal, status) => {
    const { visit } = aVisit(() => [status]);
    await visit.open();
    expect(visit.state().refusal).toBe(refusal);
  });

  it('goes on by its access alone, and asks for new addresses of all pages at most every five seconds', async () => {
    const { visit, asked, clock } = aVisit(({ path, body }, count) => {
      if (path === '/api/v1/shared') return opened([aFile('a')], '50');
      return [200, { items: [aFile(body.cursor ? 'b' : 'a', count)], total: 2, nextCursor: null }];
    });
    await visit.open();
    await visit.more();
    await visit.more();
    expect(visit.state().files.map(({ id }) => id)).toEqual(['a', 'b']);
    clock.now = 4999;
    await visit.renew();
    expect(asked).toHaveLength(2);
    clock.now = 5000;
    await Promise.all([visit.renew(), visit.renew()]);
    expect(asked.slice(1).map(({ body }) => body)).toEqual([
      { access: 'the access', cursor: '50' },
      { access: 'the access' },
      { access: 'the access', cursor: '50' },
    ]);
    expect(visit.state().files.map(({ renditions }) => renditions.small?.url)).toEqual([
      'https://s3/a?signed=3',
      'https://s3/b?signed=4',
    ]);
  });

  it('keeps what is shown while a call fails, until the link has ended', async () => {
    let status = 503;
    const { visit } = aVisit(({ path }) => (path === '/api/v1/shared' ? opened([aFile('a')]) : [status]));
    await visit.open();
    expect(await visit.addressOf('a')).toBeUndefined();
    expect(visit.state().refusal).toBeUndefined();
    status = 404;
    expect(await visit.addressOf('a', 'attachment')).toBeUndefined();
    expect(visit.state().refusal).toBe('gone');
  });
});
