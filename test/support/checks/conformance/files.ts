import { each, provenBy } from './row.ts';

const LOGIN = 'POST /llm/auth/guest-login';
const UPLOAD = 'POST /v1/media/upload';
const LIST = 'GET /v1/media/files';
const ONE = 'GET /v1/media/files/{id}';
const DOWNLOAD = 'GET /v1/media/files/{id}/download';
const STREAM = 'GET /v1/media/files/{id}/stream';
const UPDATE = 'PATCH /v1/media/files/{id}';
const DELETE = 'DELETE /v1/media/files/{id}';
const DELETE_MANY = 'POST /v1/media/files/bulk-delete';
const PREVIEW = 'POST /v1/media/files/{id}/preview';
const TEXT = 'POST /v1/media/files/{id}/extract-text';
const ANALYZE = 'POST /v1/media/files/{id}/analyze';

/** The reference of `files`, statement by statement. */
export const filesRows = [
  ...provenBy('journeys/dialects/files', [
    [
      LOGIN,
      'of a file answers 200 with its id, url, size and type',
      'answers access_token',
      'the token is a Bearer token of every route',
    ],
    [
      UPLOAD,
      'of a file answers 200 with its id, url, size and type',
      'takes a form with the field file',
      'answers 200 {data}',
      'is at /v1/media/upload, by POST',
      ...each('data has', 'id url size mime_type filename'),
      'a text file is taken',
      'the url of data opens the file',
    ],
    [
      UPLOAD,
      'has filename, description, visibility and tags, in a field each or as JSON',
      ...each('takes the field', 'filename description tags visibility'),
      'tags may be a field for each',
      'tags may be a JSON array in one field',
      'visibility takes private',
      ...each('data has', 'description tags'),
    ],
    [UPLOAD, 'of %s is 400 with a detail', '400 for a file that is not taken', 'a 400 has detail'],
    [UPLOAD, 'without a file names the field that it belongs in', '400 with detail without a file'],
    [UPLOAD, 'that is too large is 413 with the limit', '413 for a file that is too large'],
    [
      ONE,
      'is answered with name, size, type, time and address, and listed as sort, limit and offset say',
      'answers {data} with the file of that id',
      ...each('data has', 'filename size mime_type created_at url'),
    ],
    [
      LIST,
      'is answered with name, size, type, time and address, and listed as sort, limit and offset say',
      'answers {data} with a list',
      'limit bounds the list',
      'offset leaves out the first',
      'sort=-created_at is newest first',
      ...each('a file has', 'filename size created_at'),
    ],
    [DOWNLOAD, 'is downloaded and streamed with the same token', 'answers the bytes, as an attachment'],
    [STREAM, 'is downloaded and streamed with the same token', 'answers the bytes'],
    [
      LIST,
      'is answered with name, size, type, time and address, and listed as sort, limit and offset say',
      'sort=created_at is oldest first',
    ],
    [
      UPDATE,
      'has description, tags and visibility that can be changed',
      'takes JSON',
      'data has filename',
      ...each('changes', 'description tags visibility'),
      'visibility takes shared',
      'answers {data} with the file',
    ],
    [DELETE, 'is deleted with 204, many at once with their number', '204 for a file that was deleted'],
    [DELETE, 'that a guest deletes frees the quota at once', 'what a guest deletes frees its quota at once'],
    [
      DELETE_MANY,
      'is deleted with 204, many at once with their number',
      'takes file_ids',
      'answers {data} with deleted_count',
    ],
    [
      PREVIEW,
      'is a thumbnail in three sizes, with its width and height',
      'format takes thumbnail',
      ...each('size takes', 'small medium large'),
      ...each('data has', 'preview_url width height'),
    ],
    [
      TEXT,
      'is answered for the language %s, with and without its lines',
      ...each('language takes', 'auto en es fr'),
      'preserve_formatting takes true and false',
      'data has text',
    ],
    [
      TEXT,
      'that takes longer than a call waits is answered as far as it is read',
      'data has text while it is being read',
    ],
    [
      ANALYZE,
      'of %s tells file_type, content_type and metadata',
      ...each('analyses takes', 'file_type content_type metadata'),
      ...each('data has', 'file_type content_type metadata'),
      ...['a text', '.doc', '.xls', 'a picture'].map((kind) => `file_type is known of ${kind}`),
    ],
    [
      ANALYZE,
      'has what was asked alone, and a text in place of a list is told so',
      'analyses is a list',
      'data has what was asked alone',
    ],
  ]),
  ...provenBy('journeys/dialects/files-python', [
    [LOGIN, 'logs in as a guest, without cookies', 'is at /llm/auth/guest-login', 'is a POST without a body'],
    [
      UPLOAD,
      'uploads a file, alone and with what is said of it',
      'tags may be a comma list',
      'takes what requests sends',
    ],
    [
      UPLOAD,
      'uploads with progress, and many',
      'takes a form that is streamed',
      'progress is seen up to the end',
      'takes files one after the other',
    ],
    [UPLOAD, 'keeps a gallery of photos', 'takes pictures with tags and visibility'],
    [UPLOAD, 'is told why: %s', 'a program reads status and detail', '401 without a token'],
    [ONE, 'gets one and lists all, in each order', 'answers a program of that id'],
    [UPDATE, 'changes what is said of a file', 'takes what requests sends'],
    [ANALYZE, 'analyzes what it is asked to', 'tells file_type, content_type and metadata of a picture'],
    [PREVIEW, 'gets previews with their sizes', 'preview_url opens for a program', 'a text has a preview'],
    [LIST, 'gets one and lists all, in each order', 'sort takes each field both ways'],
    [DOWNLOAD, 'downloads and streams, by a redirect that it follows without its token', 'is read in pieces'],
    [STREAM, 'downloads and streams, by a redirect that it follows without its token', 'is read in pieces'],
    [TEXT, 'extracts the text of a file, and recognizes that of a picture', 'recognizes the text of a picture'],
    [PREVIEW, 'keeps a gallery of photos', 'several previews, one after the other'],
    [DELETE_MANY, 'deletes one, and many of which some are not its own', 'counts what was deleted alone'],
  ]),
  ...provenBy('journeys/dialects/files-browser', [
    [LOGIN, 'deletes one and many, and was given no cookie', 'a page logs in'],
    [
      UPLOAD,
      'uploads what was picked, alone and with what is said of it',
      'takes what a page picked, with its fields',
      'tags may be JSON of a page',
    ],
    [
      UPLOAD,
      'sees the progress of an upload',
      'a page sees the progress of an upload',
      'a page of another origin may send Authorization',
    ],
    [ONE, 'gets one and lists all', 'answers a page of that id'],
    [LIST, 'gets one and lists all', 'answers a page with a list'],
    [UPDATE, 'changes what is said, and shows a preview', 'a page changes description, tags and visibility'],
    [TEXT, 'extracts the text of a file, and recognizes that of a picture', 'a page reads the text'],
    [ANALYZE, 'analyzes what it is asked to', 'a page reads the analysis'],
    [DELETE, 'deletes one and many, and was given no cookie', 'a page sees 204'],
    [DELETE_MANY, 'deletes one and many, and was given no cookie', 'a page sees deleted_count'],
    [UPLOAD, 'is told why something is refused', 'a page reads status and detail'],
    [
      DOWNLOAD,
      'downloads, streams and asks for a range across the redirect to another origin',
      'a page saves the blob',
    ],
    [
      STREAM,
      'downloads, streams and asks for a range across the redirect to another origin',
      'a page reads the stream',
    ],
    [PREVIEW, 'changes what is said, and shows a preview', 'a page shows preview_url'],
  ]),
  ...provenBy('journeys/serving-browser', [
    [
      PREVIEW,
      'shows the preview of a private file in a plain <img>',
      'preview_url of a private file shows in an <img>',
    ],
  ]),
  ...provenBy('unit/media/get-content', [
    [PREVIEW, 'ends after four minutes, and so does what it led to', 'preview_url opens for four minutes'],
  ]),
  ...provenBy('journeys/serving', [
    [
      PREVIEW,
      'opens without credentials: %s (%s)',
      ...['a picture', 'a text', 'a PDF', 'a film', 'an Office file'].flatMap((kind) =>
        ['jpeg', 'webp'].map((format) => `format ${format} of ${kind}`),
      ),
    ],
  ]),
  ...provenBy('unit/files/text/pages-so-far', [
    [
      TEXT,
      'tells of pages that a process noted, each time there are more',
      'text holds the pages that are read so far',
    ],
  ]),
  ...provenBy('unit/dialects/dialects', [
    [UPLOAD, 'because files do not take a type is a bad request with a detail', 'a type that is not taken is 400'],
  ]),
  ...provenBy('infra/settings', [[UPLOAD, 'have a default for everything', 'a film has at most 100 MB']]),
  ...provenBy('journeys/limits', [['*', 'tell every caller where they stand', 'calls are counted against a limit']]),
];
