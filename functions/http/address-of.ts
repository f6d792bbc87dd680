import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { countedAddress } from './rate-limit.ts';

/** The address of a caller, as attempts are counted. */
export const addressOf = (event: APIGatewayProxyEventV2): string => countedAddress(event.requestContext.http.sourceIp);
