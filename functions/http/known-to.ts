import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The versions that the caller has (RFC 9110, section 13.1.2). */
export const knownTo = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): readonly string[] =>
  (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
