import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Located } from '../../media/get-content.ts';

/**
 * Whether a script reads the answer, and not the page that shows it: `fetch()` has to be granted what `<img>` need not be.
 * A page of another site names its origin; one of this site names it behind the redirect alone, but says its mode here.
 */
export const isReadByScript = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): boolean =>
  headers.origin !== undefined || headers['sec-fetch-mode'] === 'cors';

/**
 * The redirect to the bytes. S3 grants a script what it reads only where the request names an origin, so `<img>` and
 * `fetch()` are sent to two addresses: a browser has kept the answer to the first, without a grant, when the second is
 * asked for. `Vary` keeps it from taking the redirect of one for the other.
 */
export const contentRedirect = ({ location, cacheControl, negotiated }: Located) => ({
  status: 302,
  headers: {
    location,
    'cache-control': cacheControl,
    vary: `${negotiated ? 'accept, ' : ''}origin, sec-fetch-mode`,
  },
});
