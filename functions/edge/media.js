/*
 * Runs at the edge for /m/<id>/<filename> (cloudfront-js-2.0: ES 5.1 with const, let and arrow functions; at most 10 KB).
 *
 * What the answer depends on is folded into three parameters, which are the key of the cache beside the path: `t`, the known
 * parameters in one order and one spelling; `f`, the format that Accept asks for, where the address names none; `m`, a digest
 * of the credential, so that a member shares an answer with no other caller. Nothing else of a request reaches the API, so
 * nothing else can change what the cache holds.
 */
// biome-ignore lint/style/useNodejsImportProtocol: the edge knows it by this name alone
const crypto = require('crypto');

const SIDE = { pattern: /^\d{1,6}$/, least: 1, most: 4096 };
const NAMES = 'centre top right bottom left top-left top-right bottom-left bottom-right attention entropy';
const words = (text) => ({ words: text.split(' ') });
/* The parameters of docs/files.md. A value that none of them takes becomes `!`, which the API refuses by its name. */
const PARAMETERS = {
  blur: { pattern: /^\d{1,4}(\.\d{1,3})?$/, least: 0.3, most: 100 },
  dpr: { pattern: /^\d{1,4}(\.\d{1,3})?$/, least: 0.5, most: 4 },
  fit: words('cover contain inside'),
  flatten: { colour: /^#?([0-9a-f]{6})$/i },
  format: words('avif webp jpeg png'),
  h: SIDE,
  page: { pattern: /^\d{1,6}$/, least: 1, most: 9999 },
  position: words(NAMES),
  q: { pattern: /^\d{1,6}$/, least: 1, most: 100 },
  rendition: words('small medium large'),
  rotate: words('0 90 180 270'),
  w: SIDE,
};
const REFUSED = '!';

const canonical = (rule, text) => {
  if (rule.words) return rule.words.indexOf(text) >= 0 ? text : REFUSED;
  if (rule.colour) {
    const colour = rule.colour.exec(text);
    return colour ? colour[1].toLowerCase() : REFUSED;
  }
  const value = rule.pattern.test(text) ? Number(text) : -1;
  return value >= rule.least && value <= rule.most ? String(value) : REFUSED;
};

const decoded = (text) => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch (_) {
    return REFUSED;
  }
};

/* A parameter that is there twice with two values is none of them. */
const agreedValue = (parameter, rule) => {
  const sent = parameter.multiValue || [parameter];
  const values = sent.map((each) => canonical(rule, decoded(each.value)));
  return values.every((value) => value === values[0]) ? values[0] : REFUSED;
};

const WEIGHT = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;
const rangesOf = (accept) => {
  const ranges = [];
  accept.split(',').forEach((each) => {
    const parts = each.split(';').map((part) => part.trim().toLowerCase());
    const weight = /^q\s*=\s*(\S+)$/.exec(parts[1] === undefined ? 'q=1' : parts[1]);
    if (parts[0] !== '' && weight && WEIGHT.test(weight[1]))
      ranges.push({ range: parts[0], weight: Number(weight[1]) });
  });
  return ranges;
};

const welcome = (ranges, format) => {
  const candidates = [`image/${format}`, 'image/*', '*/*'];
  for (let at = 0; at < candidates.length; at += 1) {
    for (let i = 0; i < ranges.length; i += 1) {
      if (ranges[i].range === candidates[at]) return { weight: ranges[i].weight, named: at === 0 };
    }
  }
  return { weight: 0, named: false };
};

/* Best compression first. Every client shows JPEG and PNG; others are meant only where they are named. */
const FORMATS = ['avif', 'webp', 'jpeg', 'png'];
const formatOf = (accept) => {
  const ranges = rangesOf(accept);
  let best = { format: 'jpeg', weight: 0 };
  FORMATS.forEach((format) => {
    const found = welcome(ranges, format);
    const shown = found.named || format === 'jpeg' || format === 'png';
    if (shown && found.weight > best.weight) best = { format: format, weight: found.weight };
  });
  if (best.weight > 0) return best.format;
  const otherwise = ['png', 'webp'].filter((format) => welcome(ranges, format).weight > 0);
  return otherwise.length > 0 ? otherwise[0] : best.format;
};

const CREDENTIAL_COOKIES = ['session', '__Host-session'];
const KEPT_HEADERS = ['host', 'authorization', 'x-team-id', 'if-none-match', 'sec-fetch-mode', 'user-agent'];
/* By this header the API knows a browser, whose plain `session` cookie another host of the domain may have set. */
const OF_BROWSERS = 'sec-fetch-site';
/* The headers of a preflight, which API Gateway answers itself. The edge keeps no answer to one. */
const PREFLIGHT = ['origin', 'access-control-request-method', 'access-control-request-headers'];

const valueIn = (headers, name) => (headers[name] ? headers[name].value : '');

const cookiesOf = (cookies) => {
  const kept = {};
  CREDENTIAL_COOKIES.forEach((name) => {
    if (cookies[name]) kept[name] = cookies[name];
  });
  return kept;
};

const memberOf = (headers, cookies) => {
  const sent = CREDENTIAL_COOKIES.map((name) => JSON.stringify(cookies[name] || null));
  if (!headers.authorization && Object.keys(cookies).length === 0) return '';
  const parts = [valueIn(headers, 'authorization'), valueIn(headers, 'x-team-id')].concat(sent);
  return crypto.createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
};

const foldedOf = (query) => {
  const folded = [];
  Object.keys(PARAMETERS).forEach((name) => {
    if (query[name]) folded.push(`${name}:${agreedValue(query[name], PARAMETERS[name])}`);
  });
  return folded;
};

const headersOf = (method, headers, viewer) => {
  const kept = {};
  KEPT_HEADERS.concat(method === 'OPTIONS' ? PREFLIGHT : []).forEach((name) => {
    if (headers[name]) kept[name] = headers[name];
  });
  // A script of another site may read the answer: it is marked as one, whatever its site is.
  if (headers.origin) kept['sec-fetch-mode'] = { value: 'cors' };
  if (headers[OF_BROWSERS]) kept[OF_BROWSERS] = headers[OF_BROWSERS];
  kept['x-mediashelf-viewer'] = { value: viewer.ip };
  return kept;
};

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  const query = request.querystring;
  const folded = foldedOf(query);
  const member = memberOf(request.headers, cookiesOf(request.cookies));
  const isDrawn = folded.length > 0 && !query.rendition;
  const accept = valueIn(request.headers, 'accept');
  request.querystring = {};
  if (folded.length > 0) request.querystring.t = { value: folded.join(',') };
  if (isDrawn && !query.format) request.querystring.f = { value: formatOf(accept) };
  if (member) request.querystring.m = { value: member };
  if (query.preview) request.querystring.preview = { value: query.preview.value };
  request.cookies = cookiesOf(request.cookies);
  request.headers = headersOf(request.method, request.headers, event.viewer);
  return request;
}
