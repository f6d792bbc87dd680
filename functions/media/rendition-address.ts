import { objectRefOf, type RenditionAddress, renditionKey, STORED_RENDITIONS } from '../domain/media.ts';
import { addressSigner } from '../files/signed-address.ts';
import type { SigningIdentity } from '../shared/environment.ts';

/**
 * A browser asks again before it shows what it has: its copy may come from an `<img>`, which gets no CORS grant of S3, and a
 * script may fetch the same address after it. The answer to the second question, without bytes, brings the grant.
 */
const cacheControl = 'private, no-cache';

/** Addresses of stored renditions of active records, at which S3 answers for the next minutes. */
export const signedRenditions = (bucket: string, identity: SigningIdentity): RenditionAddress => {
  const sign = addressSigner(bucket, identity, { cacheControl });
  return (record, name) => {
    const place = objectRefOf(record);
    if (!place || record.state !== 'active' || !STORED_RENDITIONS.has(name)) return undefined;
    return sign(renditionKey(record.teamId, place.mediaId, place.fileVersion, name));
  };
};
