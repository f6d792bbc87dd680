import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Reply } from '../../http/route.ts';
import type { Located } from '../../media/get-content.ts';
import type { PublicPicture } from '../../media/public-picture.ts';

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
const redirect = ({ location, cacheControl, negotiated }: Located): Reply => ({
  status: 302,
  headers: {
    location,
    'cache-control': cacheControl,
    vary: `${negotiated ? 'accept, ' : ''}origin, sec-fetch-mode`,
  },
});

/**
 * Kept for a minute by the edge, which then asks whether it changed. Browsers ask each time. A copy whose minute is over stands
 * in for no error: the picture may have been made private meanwhile.
 */
const PUBLIC_PICTURE = 'public, max-age=0, s-maxage=60, stale-if-error=0';

const pictureReply = ({ etag, bytes, contentType, contentDisposition }: PublicPicture): Reply => {
  const headers = {
    etag,
    'cache-control': PUBLIC_PICTURE,
    'content-disposition': contentDisposition,
    // An original has the bytes of its uploader, at the origin of the dashboard: it is a picture there and nothing else.
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
  };
  if (bytes === undefined) return { status: 304, headers };
  return { status: 200, bytes, headers: { ...headers, 'content-type': contentType } };
};

/** The answer to a request for content: a redirect to the bytes, or a public picture itself. */
export const contentReply = (found: Located | PublicPicture): Reply =>
  'etag' in found ? pictureReply(found) : redirect(found);
