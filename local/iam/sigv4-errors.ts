import { AwsError } from '../ports.ts';

/** Everything that can be wrong with a signature. */
export type SignatureProblem =
  | 'unsigned'
  | 'two-mechanisms'
  | 'unsupported-mechanism'
  | 'malformed'
  | 'query-malformed'
  | 'no-date'
  | 'skewed'
  | 'not-yet-valid'
  | 'expired'
  | 'headers-not-signed'
  | 'unknown-key'
  | 'mismatch';

type Words = readonly [code: string, status: number, message: string];

const S3: Record<SignatureProblem, Words> = {
  unsigned: ['AccessDenied', 403, 'Access Denied'],
  'two-mechanisms': [
    'InvalidArgument',
    400,
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ],
  'unsupported-mechanism': [
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
  malformed: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed'],
  'query-malformed': ['AuthorizationQueryParametersError', 400, 'Error parsing the authorization query parameters'],
  'no-date': ['AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header'],
  skewed: ['RequestTimeTooSkewed', 403, "The difference between the request time and the server's time is too large."],
  'not-yet-valid': ['AccessDenied', 403, 'Request is not valid yet'],
  expired: ['AccessDenied', 403, 'Request has expired'],
  'headers-not-signed': ['AccessDenied', 403, 'There were headers present in the request which were not signed'],
  'unknown-key': ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  mismatch: [
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
};

const INCOMPLETE: Words = [
  'IncompleteSignatureException',
  400,
  'Authorization is not a well-formed Signature Version 4.',
];

const JSON_SERVICES: Record<SignatureProblem, Words> = {
  unsigned: ['MissingAuthenticationTokenException', 403, 'Missing Authentication Token'],
  'two-mechanisms': INCOMPLETE,
  'unsupported-mechanism': INCOMPLETE,
  malformed: INCOMPLETE,
  'query-malformed': INCOMPLETE,
  'no-date': [
    'IncompleteSignatureException',
    400,
    "Authorization header requires existence of a valid 'X-Amz-Date' header.",
  ],
  skewed: [
    'InvalidSignatureException',
    403,
    'Signature expired or not yet current: the request time differs by more than 15 minutes.',
  ],
  'not-yet-valid': ['InvalidSignatureException', 403, 'Signature not yet current.'],
  expired: ['InvalidSignatureException', 403, 'Signature expired.'],
  'headers-not-signed': ['InvalidSignatureException', 403, "'Host' must be a 'SignedHeader' in the AWS Authorization."],
  'unknown-key': ['UnrecognizedClientException', 403, 'The security token included in the request is invalid.'],
  mismatch: [
    'InvalidSignatureException',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
};

/** The error of a bad signature with the service's own message. */
export function signatureError(problem: SignatureProblem, service: string, detail?: string): AwsError {
  const [code, status, message] = (service === 's3' ? S3 : JSON_SERVICES)[problem];
  return new AwsError(
    code,
    detail === undefined ? message : problem === 'query-malformed' ? detail : `${message}; ${detail}`,
    status,
  );
}
