import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { countedAddress } from './rate-limit.ts';

/** Where a call came from, as attempts are counted. */
export const addressOf = (event: APIGatewayProxyEventV2): string => countedAddress(event.requestContext.http.sourceIp);
