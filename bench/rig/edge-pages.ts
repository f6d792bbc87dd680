import { costOf, readPrices } from '../../bin/cost/estimate.ts';
import { type Figures, unitsOf } from '../../bin/cost/figures.ts';
import { usageOf } from '../../bin/cost/usage.ts';
import { client } from '../../test/support/drivers/client.ts';
import { distinct, photo } from '../../test/support/fixtures/pictures.ts';
import { type Metered, startMetered } from './ledger.ts';

export const PAGE = 20;
const VIEWS = 1_000_000;
const GB = 1024 ** 3;

/** What one view of a page uses. */
export interface PageView {
  readonly invocations: number;
  readonly s3Requests: number;
  readonly edgeRequests: number;
  /** Dollars of a million views, and what of them is charged behind the edge: API, functions, table, bucket and their bytes. */
  readonly dollars: number;
  readonly behind: number;
}

/** A runtime with an edge and a page of public photos in it. */
export interface EdgeStand {
  readonly metered: Metered;
  /** Stable paths of the small renditions, as they are in the records. */
  readonly paths: readonly string[];
  /** Lists a page and fetches its thumbnails at the edge, or at the address of the API behind it. */
  view(at: 'edge' | 'api'): Promise<PageView>;
  stop(): Promise<void>;
}

const UNHURRIED = ['-c', 'rateLimits.perMinute=1000000', '-c', 'rateLimits.anonymousPerMinute=1000000'];

const succeed = async (response: Response): Promise<Buffer> => {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${bytes.subarray(0, 200)}`);
  return bytes;
};

const priced = (figures: Figures, edgeRequests: number, bytes: number): PageView => {
  const prices = readPrices(new URL('../../bin/cost/prices.json', import.meta.url));
  const behind = usageOf(figures, VIEWS);
  const edge = { edgeRequests, edgeFunctions: edgeRequests, edgeOut: edgeRequests > 0 ? bytes / GB : 0 };
  const ofEdge = Object.fromEntries(Object.entries(edge).map(([item, value]) => [item, value * VIEWS]));
  return {
    invocations: unitsOf(figures.invocations),
    s3Requests: figures.s3Reads + figures.s3Writes,
    edgeRequests,
    dollars: costOf(behind, prices) + costOf(ofEdge, prices),
    behind: costOf(behind, prices),
  };
};

/** Starts a metered runtime with an edge, and uploads a page of photos that all may see. */
export const startEdgeStand = async (): Promise<EdgeStand> => {
  const metered = await startMetered(['-c', 'edge={}', ...UNHURRIED]);
  const { ready } = metered.runtime;
  const { upload, call } = client(ready);
  const picture = await photo(1600, 1200, { seed: 7 });
  for (let index = 0; index < PAGE; index += 1) {
    const bytes = distinct(picture, index);
    await upload({ name: `harbour-${index}.jpg`, type: 'image/jpeg', bytes, declare: { visibility: 'public' } });
  }
  const { data } = (await call('GET', `/api/v1/media?limit=${PAGE}`)).body.data as { data: { url: string }[] };
  const paths = data.map(({ url }) => `${new URL(url).pathname}?rendition=small`);
  if (paths.length !== PAGE) throw new Error(`The page has ${paths.length} records.`);
  const view: EdgeStand['view'] = async (at) => {
    const base = at === 'edge' ? ready.http : (ready.api ?? '');
    const headers = { authorization: `Bearer ${ready.apiKey}` };
    let bytes = 0;
    const figures = await metered.charges(async () => {
      await succeed(await fetch(`${base}/api/v1/media?limit=${PAGE}`, { headers }));
      for (const path of paths) bytes += (await succeed(await fetch(base + path))).length;
    });
    return priced(figures, at === 'edge' ? PAGE + 1 : 0, bytes);
  };
  return { metered, paths, view, stop: () => metered.stop() };
};
