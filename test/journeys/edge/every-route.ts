import { expect, it } from '@jest/globals';
import { routes } from '../../../functions/dialects/route-table.ts';
import { askAsVisitor } from '../../support/drivers/visitor.ts';
import type { EdgeStage } from './stage.ts';

/** Reads of any route; a listener of events would wait. */
const reads = routes.filter(({ method }) => method === 'GET' || method === 'HEAD');

export const everyRouteCases = (stage: () => EdgeStage): void => {
  it('is never a hit unless its answer is for all', async () => {
    const { ready, mediaId } = stage();
    const member = { authorization: `Bearer ${ready.apiKey}` };
    const wrong: unknown[] = [];
    let kept = 0;
    for (const { method, path } of reads) {
      const address = path
        .replace('{filename}', 'view.jpg')
        .replace('{path+}', 'media')
        .replace('{file}', 'missing.js')
        .replace('{id}', mediaId)
        .replace(/\{[^}]+\}/g, 'nothing');
      for (const headers of [member, member, {}, {}, member]) {
        const answer = await askAsVisitor(ready.http + address, { method, headers });
        const { 'cache-control': control = '', 'set-cookie': cookies, 'x-cache': found = '' } = answer.headers;
        const isForAll = answer.status < 400 && /\bpublic\b/.test(control) && cookies === undefined;
        if (/Hit/.test(found)) kept += 1;
        if (/Hit/.test(found) && !isForAll) wrong.push([method, path, answer.status, control]);
      }
    }
    expect(wrong).toEqual([]);
    expect(reads.length).toBeGreaterThan(40);
    // The files of the viewer are not kept: their behaviour keeps nothing.
    expect(kept).toBe(0);
  });

  it('of the dashboard’s files is kept by all that the file is named after, and a missing one by nothing', async () => {
    const { ready } = stage();
    const page = (await askAsVisitor(`${ready.http}/app/`)).body.toString();
    const [asset = ''] = /\/app\/assets\/[\w.-]+\.js/.exec(page) ?? [];
    const asked = (path: string, headers = {}) => askAsVisitor(ready.http + path, { headers });
    const odd = { cookie: 'session=a', 'x-forwarded-host': 'evil.example', origin: 'https://www.example.com' };
    const first = await asked(asset, odd);
    const second = await asked(`${asset}?utm_source=x`);
    expect([first.status, second.status, second.headers['x-cache']]).toEqual([200, 200, 'Hit from cloudfront']);
    expect(second.body.equals(first.body)).toBe(true);
    expect(second.headers).not.toHaveProperty('access-control-allow-origin');
    expect(Object.keys(first.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    for (let time = 0; time < 2; time += 1) {
      const missing = await asked('/app/assets/missing.js');
      expect([missing.status, missing.headers['cache-control'], missing.headers['x-cache']]).toEqual([
        404,
        'no-store',
        'Error from cloudfront',
      ]);
    }
  });
};
