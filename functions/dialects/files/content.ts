import { countedAddress } from '../../http/rate-limit.ts';
import { route } from '../../http/route.ts';
import type { GetContent } from '../../media/get-content.ts';
import { contentReply, isReadByScript } from '../common/content-reply.ts';

/**
 * The bytes come from S3, which answers ranges: the client follows a redirect and sends its `Range` again. It does not send its
 * `Authorization`, since S3 is another host.
 */
const contentRoute = (word: 'download' | 'stream', disposition: GetContent['disposition']) =>
  route({
    method: 'GET',
    path: `/v1/media/files/{id}/${word}`,
    summary: word === 'download' ? 'Download a file' : 'Stream a file',
    dialect: 'files',
    operation: 'get-content',
    access: 'media:read',
    scopeIn: 'found',
    failure: `Failed to ${word} file`,
    input: ({ path, event }): GetContent => ({
      id: path.id ?? '',
      method: 'GET',
      address: countedAddress(event.requestContext.http.sourceIp),
      by: 'member',
      disposition,
      readByScript: isReadByScript(event),
    }),
    reply: contentReply,
  });

export const filesDownloadFile = contentRoute('download', 'attachment');
export const filesStreamFile = contentRoute('stream', undefined);
