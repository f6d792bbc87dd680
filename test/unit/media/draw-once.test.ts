import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { laneFor } from '../../../functions/domain/shares.ts';
import { DRAWN_DAYS, drawOnce } from '../../../functions/media/draw-once.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Fails where something does not come to be. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let round = 0; round < 1000 && !holds(); round += 1) await pause(5);
  expect(holds()).toBe(true);
};

/** A bucket and its leases, and the clock that both go by. */
const studio = () => {
  const clock = { now: Date.parse('2030-01-01T00:00:00Z') };
  const objects = new Map<string, Date>();
  const held = new Set<string>();
  const seen = { claimed: [] as string[], most: 0, atOnce: 0 };
  type Place = { readonly share: string; readonly holder: string; readonly until: number };
  const places = new Map<string, Place>();
  /** Results that count for callers from outside. */
  const results = new Map<string, Place>();
  const claimed = (share: string) => (share.startsWith('drawn#') ? results : places);
  const draw = drawOnce({
    now: () => clock.now,
    leases: {
      claim: async (name) => {
        if (held.has(name)) return false;
        seen.claimed.push(name);
        held.add(name);
        return true;
      },
      release: async (name) => {
        held.delete(name);
      },
    },
    claims: {
      take: async (share, id, { holder, limits, seconds }) => {
        clock.now += 100;
        const inShare = [...claimed(share).values()].filter(
          (place) => place.share === share && place.until > clock.now,
        );
        const claims = inShare.map((place) => ({ holder: place.holder, lane: 0, until: Infinity }));
        if (laneFor(claims, holder, limits) === undefined) return undefined;
        claimed(share).set(id, { share, holder, until: clock.now + seconds * 1000 });
        if (share.startsWith('draw#')) seen.atOnce = Math.max(seen.atOnce, inShare.length + 1);
        return { lane: 0, isNew: true };
      },
      release: async (share, id) => {
        claimed(share).delete(id);
      },
    },
    newId: () => crypto.randomUUID(),
    files: {
      head: async (key) => {
        const lastModified = objects.get(key);
        return lastModified && { key, size: 1, contentType: 'image/png', lastModified };
      },
      list: async (prefix) => ({
        keys: [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, lastModified]) => ({ key, lastModified })),
        next: undefined,
      }),
      remove: async (key) => {
        objects.delete(key);
      },
    },
  });
  let drawn = 0;
  const picture = (key: string) => async () => {
    drawn += 1;
    objects.set(key, new Date(clock.now));
    seen.most = Math.max(seen.most, objects.size);
  };
  const folder = { prefix: 'f/', most: 3, oneAtATime: true, ofStrangers: { ofHolder: 2, ofAll: 3 } };
  return {
    clock,
    objects,
    seen,
    drawn: () => drawn,
    places,
    want: (name: string, stranger?: string) =>
      draw({ key: `f/${name}`, isTemporary: true, folder, share: 'team', stranger }, picture(`f/${name}`)),
    draw,
    picture,
  };
};

describe('a folder of drawn results', () => {
  it('never holds more than it may, and gives the place of the oldest to the next', async () => {
    const { clock, objects, seen, want } = studio();
    for (let at = 0; at < 20; at += 1) {
      await want(`${at}`);
      clock.now += 11 * MINUTE;
    }
    expect(seen.most).toBe(3);
    expect([...objects.keys()]).toEqual(['f/17', 'f/18', 'f/19']);
  });

  it('keeps what may still be fetched, and refuses what finds no room', async () => {
    const { clock, objects, drawn, want } = studio();
    for (const name of ['a', 'b', 'c']) await want(name);
    await expect(want('d')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 600 });
    expect([[...objects.keys()], drawn()]).toEqual([['f/a', 'f/b', 'f/c'], 3]);
    await want('a');
    clock.now += 11 * MINUTE;
    await want('d');
    expect([...objects.keys()]).toEqual(['f/b', 'f/c', 'f/d']);
  });

  it('has room for others, however many results one caller from outside asks for', async () => {
    const { clock, objects, want } = studio();
    for (const name of ['a', 'b']) await want(name, 'greedy');
    await expect(want('c', 'greedy')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 600 });
    await want('a', 'greedy');
    await want('d', 'other');
    expect([...objects.keys()]).toEqual(['f/a', 'f/b', 'f/d']);
    clock.now += 11 * MINUTE;
    await want('c', 'greedy');
    expect([...objects.keys()]).toEqual(['f/b', 'f/d', 'f/c']);
  });

  it('counts no result for its caller whose drawing failed', async () => {
    const { draw, picture, objects } = studio();
    const folder = { prefix: 'f/', most: 3, oneAtATime: true, ofStrangers: { ofHolder: 1, ofAll: 3 } };
    const drawing = (name: string) => ({ key: `f/${name}`, folder, share: 'team', stranger: 'one' });
    await expect(draw(drawing('a'), () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
    await draw(drawing('b'), picture('f/b'));
    expect([...objects.keys()]).toEqual(['f/b']);
  });

  it('is drawn into by one call at a time, so that its number is exact', async () => {
    const { seen, want } = studio();
    const ended = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => want(`${at}`)));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(seen.most).toBe(3);
    expect(new Set(seen.claimed)).toEqual(new Set(['f/']));
  });
});

describe('pictures of one team', () => {
  it('are four at a time, four calls more wait, and all others are asked to come again', async () => {
    const { seen, places, draw } = studio();
    const { promise, resolve } = Promise.withResolvers<void>();
    const refused: unknown[] = [];
    const wanted = Array.from({ length: 40 }, (_, at) =>
      draw({ key: `p/${at}`, share: 'noisy' }, () => promise).catch((error) => refused.push(error)),
    );
    await draw({ key: 'q/1', share: 'quiet' }, async () => undefined);
    await until(() => refused.length >= 32);
    resolve();
    await Promise.all(wanted);
    for (const error of refused) expect(error).toMatchObject({ code: 'BUSY', retryAfter: 2 });
    expect([seen.atOnce, places.size]).toEqual([4, 0]);
  });

  it('are drawn for its members while callers from outside ask for as many as they can', async () => {
    const { places, draw, drawn, picture } = studio();
    const { promise, resolve } = Promise.withResolvers<void>();
    const folder = { prefix: 's/', most: 200, oneAtATime: true, ofStrangers: { ofHolder: 40, ofAll: 200 } };
    const asked = Array.from({ length: 12 }, (_, at) => {
      const stranger = `192.0.2.${at % 2}`;
      // Half of them want results of one folder, which are drawn one after another, the others any.
      const drawing = { key: `s/${at}`, share: 'team', stranger, folder: at % 2 ? folder : undefined };
      return draw(drawing, () => promise).catch(() => undefined);
    });
    await until(() => places.size >= 3);
    for (let at = 0; at < 4; at += 1) await draw({ key: `m/${at}`, share: 'team' }, picture(`m/${at}`));
    expect(drawn()).toBe(4);
    resolve();
    await Promise.all(asked);
    expect(places.size).toBe(0);
  });

  it('are waited for without a drawing place in hand', async () => {
    const { clock, seen, places, draw } = studio();
    const { promise, resolve } = Promise.withResolvers<void>();
    const folder = { prefix: 's/', most: 200, oneAtATime: true, ofStrangers: { ofHolder: 40, ofAll: 200 } };
    const strangers = { share: 'team', stranger: '192.0.2.1' };
    const asked = Array.from({ length: 6 }, (_, at) =>
      draw({ ...strangers, key: `s/${at}`, folder }, () => promise).catch(() => undefined),
    );
    await pause(400);
    expect([...places.values()].map(({ share }) => share)).toEqual(['draw#team#strangers']);
    await draw({ ...strangers, key: 'other' }, async () => undefined);
    // Calls that wait for longer are counted, and of one address two are.
    clock.now += 3000;
    await until(() => places.size >= 3);
    resolve();
    await Promise.all(asked);
    expect([seen.atOnce, places.size]).toEqual([2, 0]);
  });

  it('leave half of the places to other addresses, however much one asks for', async () => {
    const { places, draw } = studio();
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = Array.from({ length: 6 }, (_, at) =>
      draw({ key: `p/${at}`, share: 'team', stranger: '192.0.2.1' }, () => promise).catch(() => undefined),
    );
    await until(() => places.size >= 2);
    const others = [1, 2].map((at) => draw({ key: `q/${at}`, share: 'team', stranger: '192.0.2.2' }, () => promise));
    await until(() => places.size >= 4);
    resolve();
    await Promise.all(others);
    await Promise.all(asked);
    expect(places.size).toBe(0);
  });

  it('are asked about once, and only where something has to be drawn', async () => {
    const { objects, draw } = studio();
    const admit = () => Promise.reject(new Error('too many'));
    objects.set('p/there', new Date('2030-01-01T00:00:00Z'));
    await draw({ key: 'p/there', share: 'team', admit }, () => Promise.reject(new Error('drawn')));
    await expect(draw({ key: 'p/new', share: 'team', admit }, async () => undefined)).rejects.toThrow('too many');
  });
});

describe('a result that is removed after a while', () => {
  it('is drawn again before its removal, when a client asks for it', async () => {
    const { clock, objects, drawn, want } = studio();
    await want('a');
    clock.now += (DRAWN_DAYS - 2) * DAY;
    await want('a');
    expect(drawn()).toBe(1);
    clock.now += DAY + MINUTE;
    await want('a');
    expect([drawn(), objects.get('f/a')?.getTime()]).toEqual([2, clock.now]);
  });
});
