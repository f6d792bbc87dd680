import type { Readable } from 'node:stream';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Principal } from '../domain/principal.ts';

/** An event of the upload gateway, where a body arrives beside the event. */
export type FormEvent = APIGatewayProxyEventV2 & {
  /** A form that may be too large for Lambda. */
  readonly stream?: Readable;
  /** The edge sent it, for the visitor whose address it has. */
  behindEdge?: boolean;
  /** Reads a body that is needed whole. Called once the sender is authenticated, so no body of a stranger is read. */
  readonly whole?: () => Promise<Buffer>;
  /** Called with the caller before the body is read; throws if that caller has to retry later. */
  readonly admitted?: (principal: Pick<Principal, 'userId' | 'teamId' | 'credential'>) => void;
};

/** How many bytes a request says that its body has; undefined where it comes in pieces of which no sum was told. */
export const announcedBytes = ({ 'content-length': length }: FormEvent['headers']): number | undefined =>
  length === undefined ? undefined : Number(length);

/** Lambda takes events of 6 MB, and a form travels in one as base64, a third longer; the rest is for its headers. */
export const FORM_LIMIT = 4 * 1024 * 1024;
