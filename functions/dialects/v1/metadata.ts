import { route } from '../../http/route.ts';
import type { AnalyzedMedia } from '../../media/read-stored.ts';
import { envelope } from './media-view.ts';

export const v1GetMetadata = route({
  method: 'GET',
  path: '/api/v1/media/{id}/metadata',
  summary: 'Get the metadata embedded in a file',
  dialect: 'v1',
  operation: 'analyze-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to analyze media',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: ({ record, metadata }: AnalyzedMedia) => ({
    status: 200,
    body: envelope({ id: record.id, filename: record.filename, fileSize: record.fileSize, ...metadata }),
  }),
});
