import type { Readable } from 'node:stream';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An event whose form came to the upload gateway and is too large for Lambda: it arrives beside the event. */
export type FormEvent = APIGatewayProxyEventV2 & { readonly stream?: Readable };

/** Lambda takes events of 6 MB, and a form travels in one as base64, a third longer; the rest is for its headers. */
export const FORM_LIMIT = 4 * 1024 * 1024;
