import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { SIGNED_READ_SECONDS } from '../domain/ends-of-access.ts';
import { inWindows } from '../files/signed-address.ts';

/** A key of the edge, and the address that it signs for. */
export interface EdgeKey {
  readonly publicUrl: string;
  /** The name that signatures carry. */
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** The file whose renditions are meant. */
export interface PictureFolder {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
}

/** Cookies by their names. A browser sends them with requests below `path` alone. */
export interface PictureCookies {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Signs for renditions, which the edge has below `/o/`. */
export interface EdgeSigner {
  /** The address of one rendition, which opens for three to four minutes. */
  address(folder: PictureFolder, variant: string): string;
  /** The cookies that open all renditions of a team for `SIGNED_READ_SECONDS`. */
  cookies(teamId: string): PictureCookies;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html */
const policyOf = (resource: string, until: number): string =>
  JSON.stringify({ Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': until } } }] });

/**
 * CloudFront's own signer, with a key of the stack. A signature is for all renditions of a file, since one takes half a
 * millisecond of a whole processor. It is the same for a minute, so that browsers find what they have.
 */
export const edgeSigner = ({ publicUrl, keyId, privateKey }: EdgeKey, now: () => number = Date.now): EdgeSigner => {
  const key = { keyPairId: keyId, privateKey, algorithm: 'SHA256' } as const;
  const queryOf = inWindows(now, (begun) => (folder) => {
    const url = `${publicUrl}${folder}`;
    const signed = getSignedUrl({ ...key, url, policy: policyOf(`${url}/*`, begun + SIGNED_READ_SECONDS) });
    return signed.slice(url.length);
  });
  return {
    address: ({ teamId, mediaId, fileVersion }, variant) => {
      const folder = `/o/${teamId}/${mediaId}/${fileVersion}`;
      return `${publicUrl}${folder}/${variant}${queryOf(folder)}`;
    },
    cookies: (teamId) => {
      const path = `/o/${teamId}/`;
      const until = Math.floor(now() / 1000) + SIGNED_READ_SECONDS;
      const signed = getSignedCookies({ ...key, policy: policyOf(`${publicUrl}${path}*`, until) });
      return { path, values: Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, String(value)])) };
    },
  };
};
