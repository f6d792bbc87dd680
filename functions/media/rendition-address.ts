import {
  type MediaRecord,
  type ObjectRef,
  objectRefOf,
  type RenditionAddress,
  type RenditionName,
  renditionKey,
  STORED_RENDITIONS,
} from '../domain/media.ts';
import type { EdgeSigner } from '../edge/edge-signer.ts';
import { addressSigner } from '../files/signed-address.ts';
import type { SigningIdentity } from '../shared/environment.ts';

/**
 * A browser asks again before it shows what it has: its copy may come from an `<img>`, which gets no CORS grant of S3, and a
 * script may fetch the same address after it. The answer to the second question, without bytes, brings the grant.
 */
const cacheControl = 'private, no-cache';

/** The location of a rendition that is stored with its record; the others have to be drawn first. */
const storedAt = (record: MediaRecord, name: RenditionName): ObjectRef | null =>
  record.state === 'active' && STORED_RENDITIONS.has(name) ? objectRefOf(record) : null;

/** Addresses of stored renditions of active records, at which S3 answers for the next minutes. */
export const signedRenditions = (bucket: string, identity: SigningIdentity): RenditionAddress => {
  const sign = addressSigner(bucket, identity, { cacheControl });
  return (record, name) => {
    const place = storedAt(record, name);
    return place ? sign(renditionKey(record.teamId, place.mediaId, place.fileVersion, name)) : undefined;
  };
};

/** The same at the edge, which has each picture once for all who may see it. */
export const edgeRenditions =
  ({ address }: Pick<EdgeSigner, 'address'>): RenditionAddress =>
  (record, name) => {
    const place = storedAt(record, name);
    return place ? address({ ...place, teamId: record.teamId }, name) : undefined;
  };
