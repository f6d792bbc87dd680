/*
 * Runs at the edge for each request (cloudfront-js-2.0: ES 5.1 with const, let and arrow functions; at most 10 KB).
 *
 * The API sees the address of an edge in the place of the visitor's. It believes this header only beside the secret that the
 * distribution adds, so a visitor's own one is replaced here and worthless elsewhere.
 */
const OURS = /^x-mediashelf-/;
/* Kept answers: API Gateway would grant them to the site that its first visitor came from. */
const KEPT = /^\/app\/assets\//;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  Object.keys(request.headers).forEach((name) => {
    if (OURS.test(name)) delete request.headers[name];
  });
  if (KEPT.test(request.uri)) delete request.headers.origin;
  request.headers['x-mediashelf-viewer'] = { value: event.viewer.ip };
  return request;
}
