import { each, provenBy } from './row.ts';

const LIST = 'GET /api/media';
const ONE = 'GET /api/media/{id}';
const UPLOAD = 'POST /api/media';
const DELETE = 'DELETE /api/media/{id}';

/** The reference of `tokens`, statement by statement. */
export const tokensRows = [
  ...provenBy('journeys/dialects/tokens', [
    ...([LIST, ONE, UPLOAD, DELETE] as const).flatMap(
      (route) =>
        [
          [
            route,
            '401 answers %s %s without a valid token',
            'wants an API token in the Authorization header',
            '401 {error: "Missing or invalid API token"} without a token, or with one that is none',
          ],
          [
            route,
            '403 answers %s %s when the token has another scope',
            'lets in the token with its own scope',
            '403 {error: "Insufficient scope"} for a token with other scopes alone',
          ],
        ] as const,
    ),
    [
      LIST,
      'answers the first ten, newest first, in the shape of the reference',
      'is at /api/media, by GET',
      'media:read lets in',
      'answers {data, meta}',
      'page is 1 unless it is said',
      'page_size is 10 unless it is said',
      ...each('meta has', 'total page page_size'),
      ...each(
        'a record has',
        'id name type mime_type size path url width height duration created_at updated_at created_by',
      ),
    ],
    [LIST, 'answers page after page', 'page and page_size choose the part of the list', 'total counts all pages'],
    [LIST, 'refuses %s', 'page begins at 1', 'page_size is at most 100', 'type takes the four words alone'],
    [LIST, 'filters by the type %s', ...each('type filters by', 'image video audio file')],
    [LIST, 'searches by file name alone, whatever other texts say', 'search looks in file names'],
    [LIST, 'searches by file name, within a type as well', 'search goes with type'],
    [
      ONE,
      'answers one record, and no more once it is deleted',
      'is at /api/media/:id, by GET',
      'answers {data} with the record of that id',
      '404 {error: "Media not found"} for an id that no record has',
    ],
    [
      DELETE,
      'answers one record, and no more once it is deleted',
      'is at /api/media/:id, by DELETE',
      'deletes the record of that id',
      '404 {error: "Media not found"} for an id that no record has',
    ],
    [
      UPLOAD,
      'stores %s as %s',
      'is at /api/media, by POST',
      'takes a file in a form',
      'JPEG (.jpg) is image/jpeg',
      'JPEG (.jpeg) is image/jpeg',
      'PNG (.png) is image/png',
      'GIF (.gif) is image/gif',
      'PDF (.pdf) is application/pdf',
      'Word (.doc) is application/msword',
      'Word (.docx) passes as application/msword',
      'Excel (.xls) is application/vnd.ms-excel',
      'Excel (.xlsx) passes as application/vnd.ms-excel',
      'MP4 (.mp4) is video/mp4',
      'MP3 (.mp3) is audio/mpeg',
      'what is neither picture nor film nor sound is of the type file',
    ],
    [
      UPLOAD,
      'answers a picture with all that the reference shows of one',
      'answers the record in the shape of the list',
      'width and height are those of the picture',
      'duration of a picture is null',
    ],
    [
      UPLOAD,
      'takes files larger than a function takes, up to the limit of their kind',
      'a picture has at most 10 MB',
      'a file that is too large is refused with its limit',
    ],
    [UPLOAD, '400 says that no file came', '400 {error: "No file uploaded"} without a file'],
    [
      UPLOAD,
      '400 says that %s of type %j is none that is taken',
      '400 {error: "Invalid file type"} for a type that is not taken',
      'content decides, whatever type was said',
    ],
  ]),
  ...provenBy('infra/settings', [
    [
      UPLOAD,
      'have a default for everything',
      'a document has at most 20 MB',
      'a film has at most 100 MB',
      'a sound has at most 50 MB',
    ],
  ]),
  ...provenBy('unit/dialects/dialects', [
    [
      UPLOAD,
      'is answered in the words of its reference',
      '500 {error: "Failed to upload file"} when the file was not stored',
      '500 {error: "Failed to create media record"} when its record was not',
    ],
    [UPLOAD, 'because a file is too large tells the limit: %s', '413 {error} begins with "File too large"'],
    [LIST, 'is answered in the words of its reference', '500 {error} in plain words'],
    [ONE, 'is answered in the words of its reference', '500 {error} in plain words'],
    [DELETE, 'is answered in the words of its reference', '500 {error} in plain words'],
  ]),
  ...provenBy('unit/dialects/unknown-parameters', [['*', 'is refused by %s', 'an unknown query parameter is refused']]),
  ...provenBy('journeys/malware', [
    ['*', 'by a form are refused together, and none is stored', 'files can be scanned for malware'],
  ]),
  ...provenBy('unit/files/checks/files', [['*', 'is refused: %s', 'content types are validated']]),
  ...provenBy('unit/files/checks/explain-mismatch', [
    ['*', 'is told what it is and what to do: %s as %s', 'a file of another type is told which it is'],
  ]),
  ...provenBy('journeys/resumed-upload', [
    ['*', 'is gone on with each time, without a finished part sent again', 'uploads can be resumed'],
  ]),
  ...provenBy('journeys/main-job', [['*', 'public may be cached', 'media can be cached']]),
  ...provenBy('infra/storage', [['*', 'refuse requests without TLS', 'connections are secure']]),
  ...provenBy('unit/client/retry', [
    ['*', 'as often as the policy says, and the last failure is told', 'failures of the network are handled'],
  ]),
];
