import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Located } from '../../media/get-content.ts';

/**
 * Whether a script reads the answer, and not the page that shows it: `fetch()` needs a CORS grant, `<img>` does not. A page of
 * another site names its origin; one of this site names it only after the redirect, but its mode is visible here.
 */
export const isReadByScript = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): boolean =>
  headers.origin !== undefined || headers['sec-fetch-mode'] === 'cors';

/**
 * The redirect to the bytes. S3 grants a script the answer only if the request names an origin, so `<img>` and `fetch()` are
 * redirected to two addresses: otherwise a browser would use its cached answer to the first, without a grant, for the second.
 * `Vary` prevents it from using the redirect of one for the other.
 */
export const contentRedirect = ({ location, cacheControl, negotiated }: Located) => ({
  status: 302,
  headers: {
    location,
    'cache-control': cacheControl,
    vary: `${negotiated ? 'accept, ' : ''}origin, sec-fetch-mode`,
  },
});
