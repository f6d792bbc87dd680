/*
 * Runs at the edge for /o/<team>/<media>/<version>/<variant>, once CloudFront has checked the signature of the address as it
 * was sent (cloudfront-js-2.0: ES 5.1 with const, let and arrow functions; at most 10 KB).
 *
 * Only this one form reaches the bucket: no dots, no percent signs, no second slash, and nothing but the path of a request.
 */
const VARIANT = /^\/o\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)\/(small|medium|large)$/;

const REFUSED = {
  statusCode: 404,
  statusDescription: 'Not Found',
  headers: { 'cache-control': { value: 'no-store' }, 'x-content-type-options': { value: 'nosniff' } },
};

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  const named = VARIANT.exec(request.uri);
  if (!named) return REFUSED;
  request.uri = `/renditions/${named[1]}/${named[2]}/${named[3]}/${named[4]}.webp`;
  request.querystring = {};
  return request;
}
