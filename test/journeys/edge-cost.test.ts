import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EdgeStand, PAGE, type PageView, startEdgeStand } from '../../bench/rig/edge-pages.ts';

let stand: EdgeStand;
let views: Readonly<Record<'direct' | 'cold' | 'warm', PageView>>;
beforeAll(async () => {
  stand = await startEdgeStand();
  const direct = await stand.view('api');
  views = { direct, cold: await stand.view('edge'), warm: await stand.view('edge') };
}, 240_000);
afterAll(() => stand?.stop());

describe('a page of thumbnails', () => {
  it('runs a function for each picture without the edge, and once for each at a cold one', () => {
    expect(views.direct).toMatchObject({ invocations: PAGE + 1, edgeRequests: 0 });
    expect(views.cold).toMatchObject({ invocations: PAGE + 1, edgeRequests: PAGE + 1 });
    expect(views.cold.s3Requests).toBeGreaterThanOrEqual(PAGE);
  });

  it('runs the function of the list alone at a warm one, and asks S3 for nothing', () => {
    expect(views.warm).toMatchObject({ invocations: 1, s3Requests: 0, edgeRequests: PAGE + 1 });
  });

  it('costs behind a warm edge at most a tenth of what it costs without, and with the edge less than without', () => {
    expect(views.warm.behind).toBeLessThanOrEqual(views.direct.dollars / 10);
    expect(views.warm.dollars).toBeLessThan(views.direct.dollars);
  });
});
