import type { ShownMedia } from '../../domain/media.ts';
import { route } from '../../http/route.ts';
import type { FileVersion } from '../../media/list-versions.ts';
import { identifier } from '../common/fields.ts';
import { checksumView, envelope, mediaView } from './media-view.ts';

export const v1ListVersions = route({
  method: 'GET',
  path: '/api/v1/media/{id}/versions',
  summary: 'List the earlier versions of a file',
  dialect: 'v1',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to list versions',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (versions: readonly FileVersion[]) => ({
    status: 200,
    body: envelope(
      versions.map(({ id, current, file, replacedAt, keptUntil }) => ({
        id,
        current,
        filename: file.filename,
        fileSize: file.fileSize,
        mimeType: file.mimeType,
        width: file.width,
        height: file.height,
        ...checksumView(file),
        replacedAt,
        keptUntil,
      })),
    ),
  }),
});

export const v1RestoreVersion = route({
  method: 'POST',
  path: '/api/v1/media/{id}/versions/{version}/restore',
  summary: 'Restore an earlier version of a file',
  dialect: 'v1',
  operation: 'restore-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to restore version',
  input: ({ path }) => ({ id: path.id ?? '', version: identifier(path.version, 'Version') }),
  reply: (record: ShownMedia, context) => ({ status: 200, body: envelope(mediaView(record, context)) }),
});
