import type { GetContent, Located } from '../../media/get-content.ts';
import { route } from '../route.ts';

/**
 * The bytes themselves come from S3, which answers ranges: the client follows a redirect and takes its `Range` along. It
 * leaves its `Authorization` behind, since S3 is another host.
 */
const redirect = ({ location, cacheControl }: Located) => ({
  status: 302,
  headers: { location, 'cache-control': cacheControl },
});

const contentRoute = (word: 'download' | 'stream', disposition: GetContent['disposition']) =>
  route({
    method: 'GET',
    path: `/v1/media/files/{id}/${word}`,
    dialect: 'files',
    operation: 'get-content',
    access: 'media:read',
    scopeIn: 'found',
    failure: `Failed to ${word} file`,
    input: ({ path }): GetContent => ({ id: path.id ?? '', method: 'GET', by: 'member', disposition }),
    reply: redirect,
  });

export const filesDownloadFile = contentRoute('download', 'attachment');
export const filesStreamFile = contentRoute('stream', undefined);
