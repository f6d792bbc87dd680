import { each, type Proof, provenBy } from './row.ts';

const LIST = 'GET /api/v1/media';
const CREATE = 'POST /api/v1/media';
const UPLOAD = 'POST /api/v1/media/upload';
const DUPLICATES = 'POST /api/v1/media/check-duplicates';
const ONE = 'GET /api/v1/media/{id}';
const UPDATE = 'PATCH /api/v1/media/{id}';
const DELETE = 'DELETE /api/v1/media/{id}';

const FIELDS =
  'id userId teamId url filename fileSize mimeType width height title alt caption status createdAt updatedAt';
const SCOPES = [
  [LIST, 'media:read'],
  [CREATE, 'media:write'],
  [UPLOAD, 'media:write'],
  [DUPLICATES, 'media:read'],
  [ONE, 'media:read'],
  [UPDATE, 'media:write'],
  [DELETE, 'media:delete'],
  ['GET /api/v1/media/{id}/tags', 'media:read'],
  ['POST /api/v1/media/{id}/tags', 'media:write'],
  ['PUT /api/v1/media/{id}/tags', 'media:write'],
  ['DELETE /api/v1/media/{id}/tags', 'media:delete'],
  ['GET /api/v1/media-tags', 'media:read'],
  ['POST /api/v1/media-tags', 'media:write'],
] as const;

const CREDENTIALS = SCOPES.map(
  ([route, scope]): Proof => [
    route,
    '%s %s wants a session or a key, and the scope %s',
    'takes the cookie of a session',
    'takes an API key in the Authorization header',
    '401 {success: false, error: "Unauthorized"} without either',
    `wants the scope ${scope}`,
    `403 {error: "Insufficient permissions - ${scope} scope required"} without it`,
  ],
);

const LISTING: readonly Proof[] = [
  [
    LIST,
    'has data, total, limit and offset, and twenty records from the first unless something else is asked',
    'is at /api/v1/media, by GET',
    '200 {success: true, data}',
    'limit is 20 unless it is said',
    'offset is 0 unless it is said',
    'limit bounds the page, offset leaves out the first',
    ...each('data has', 'data total limit offset'),
    ...each('data.data[] has', FIELDS),
  ],
  [
    LIST,
    'is not answered for %s',
    'limit is from 1 to 100',
    ...each('refuses what is none of the words of', 'orderBy orderDir type'),
    '400 {success: false, error: "Invalid query parameters", details}',
  ],
  [
    LIST,
    'comes newest first, or by filename or fileSize, up or down',
    'orderBy is createdAt unless it is said',
    'orderDir is desc unless it is said',
    ...each('orderBy takes', 'createdAt filename fileSize'),
    ...each('orderDir takes', 'asc desc'),
  ],
  [
    LIST,
    'has every type unless image or video is asked',
    'type is all unless it is said',
    ...each('type takes', 'image video all'),
  ],
  [
    LIST,
    'is searched by filename, title, alt text and caption',
    ...each('search finds by', 'filename title alt caption'),
  ],
  [
    LIST,
    'is narrowed by tags, of which several are parted by commas, by id or by slug',
    ...each('narrows by', 'tagIds tagSlugs'),
    'several are parted by commas',
  ],
  [LIST, 'is answered by its id, with the fields of the list', 'answers what was created'],
];

const RECORDS: readonly Proof[] = [
  [
    CREATE,
    'is created with what is sent, and nothing else is needed than url, filename, fileSize and mimeType',
    'is at /api/v1/media, by POST',
    '201 {success: true, data}',
    'the file lies elsewhere, at the url',
    ...each('takes', 'url filename fileSize mimeType width height title alt caption'),
    ...each('is not in need of', 'width height title alt caption'),
    ...each('data has', FIELDS),
    'what was not said is null',
    'status is active',
  ],
  [
    CREATE,
    'is not created without %s',
    ...each('requires', 'url filename fileSize mimeType'),
    '400 {success: false, error, details} for a body that is not valid',
  ],
  [
    CREATE,
    'has a %s of at most %d characters',
    'filename has at most 255 characters',
    'title has at most 255 characters',
    'alt has at most 500 characters',
    'caption has at most 1000 characters',
  ],
  [
    ONE,
    'is answered by its id, with the fields of the list',
    'is at /api/v1/media/:id, by GET',
    '200 {success: true, data}',
    ...each('data has', FIELDS),
    '404 {success: false, error: "Media not found"} for an id that no record has',
  ],
  [
    UPDATE,
    'has texts that can be changed and emptied, and a file that cannot',
    ...each('changes', 'title alt caption'),
    'a text may be null',
    'is at /api/v1/media/:id, by PATCH',
    'none of them is required',
    ...each('data has', FIELDS),
    'updatedAt is that of the change',
    ...each('does not change', 'url filename fileSize mimeType width height'),
    '200 {success: true, data} with the record',
  ],
  [
    UPDATE,
    'has a %s of at most %d characters',
    'title has at most 255 characters',
    'alt has at most 500 characters',
    'caption has at most 1000 characters',
  ],
  [
    ONE,
    'is hidden everywhere once it is deleted, and its file stays in storage',
    'answers active records alone',
    '404 {success: false, error: "Media not found"} for a deleted record',
  ],
  [
    DELETE,
    'is hidden everywhere once it is deleted, and its file stays in storage',
    'is at /api/v1/media/:id, by DELETE',
    '200 {success: true, data: {message: "Media deleted successfully"}}',
    'status becomes deleted',
    'the file stays in storage',
    'no query finds the record',
    '404 {success: false, error: "Media not found"} once it is deleted',
  ],
];

const UPLOADS: readonly Proof[] = [
  [
    UPLOAD,
    'of one or several files answers their records and addresses, in the team that x-team-id names',
    'is at /api/v1/media/upload, by POST',
    '200 {success: true, data}',
    'takes a form with the field files',
    'takes one file',
    'takes several files',
    'x-team-id names the team',
    'the default team is the one without it',
    'width and height of a picture are told',
    'a record is made for each file',
    ...each('data has', 'message urls media count storage'),
    'message is "Files uploaded successfully"',
    ...each('media[] has', FIELDS),
    'urls are those of the records, and open',
  ],
];

/** The reference of `v1`: records and their files. */
export const v1MediaRows = [
  ...provenBy('journeys/dialects/v1', [...CREDENTIALS, ...LISTING, ...RECORDS, ...UPLOADS]),
  ...provenBy('journeys/form-upload', [
    [UPLOAD, 'leaves out empty files', 'empty files are left out'],
    [
      UPLOAD,
      'because it %s leaves nothing behind',
      'a type that the settings do not have is refused',
      'a form without a file names the field',
    ],
  ]),
  ...provenBy('unit/domain/rules', [
    [UPLOAD, 'refuses a type that is not listed', 'types are those of the settings'],
    [UPLOAD, 'refuses one byte over the limit of the kind', 'each kind has a limit of its own'],
  ]),
  ...provenBy('journeys/trash', [
    [
      DUPLICATES,
      'answers the files that the library has, in the order asked, as the reference shows',
      'is at /api/v1/media/check-duplicates, by POST',
      '200 {success: true, data}',
      'takes files with filename and fileSize',
      ...each('data.duplicates[] has', 'filename fileSize existing'),
      ...each('existing[] has', 'id url createdAt'),
    ],
    [
      DUPLICATES,
      'answers an empty list when there are none, and leaves out what is deleted',
      '{duplicates: []} when there are none',
    ],
    [DUPLICATES, 'refuses %j', 'files are required', ...each('each file has to have', 'filename fileSize')],
  ]),
  ...provenBy('unit/http/serve', [
    [LIST, 'have the defaults of the reference', 'defaults are those of the reference, all at once'],
    [
      LIST,
      'are refused with the field errors that the reference shows',
      ...each('details.errors[] has', 'code maximum path message'),
      'message is "Number must be less than or equal to 100"',
    ],
    ['*', 'answers 401 in the words of v1 without a credential', '{success: false, error: "Unauthorized"}'],
    ['*', 'names the missing scope as the reference does', 'media:write is the scope of what creates and updates'],
  ]),
  ...provenBy('unit/http/credentials', [
    [
      '*',
      'is the Authorization header, whatever cookies a browser adds',
      'the key counts where a browser adds its cookie by itself',
    ],
    ['*', 'is refused when the client set two', 'two credentials that were chosen are refused'],
  ]),
  ...provenBy('journeys/sign-in-browser', [
    [
      'GET /docs',
      'calls with a key after the person has signed in, though the browser adds the cookie',
      'calls with a key after signing in',
    ],
  ]),
  ...provenBy('unit/http/validation', [
    [
      CREATE,
      'names %s once for each field, with the right reason',
      'fileSize is a whole number',
      'width and height are numbers above 0',
      'url and filename are texts that say something',
    ],
    ['*', 'names %s once for each field, with the right reason', 'messages name the field and what is allowed'],
  ]),
  ...provenBy('unit/dialects/unknown-parameters', [
    ['*', 'is refused by %s', 'a query parameter that is not documented is refused'],
  ]),
  ...provenBy('unit/dialects/dialects', [
    [LIST, 'is answered in the words of its reference', '500 {success: false, error: "Failed to list media"}'],
  ]),
  ...provenBy('unit/openapi/document', [
    [
      '*',
      '$title: what is answered fits the document',
      'every example of the reference fits the schemas of the answers',
    ],
    ['*', '$title: what is sent fits the document', 'every call of the reference fits the schemas of the calls'],
  ]),
  ...provenBy('journeys/search', [
    [LIST, 'is narrowed by type and ordered as asked', 'search goes with type, orderBy and orderDir'],
    [LIST, 'for %j finds %j', 'search is full text: each word of the query has to match'],
  ]),
  ...provenBy('journeys/route-matrix', [
    [ONE, 'finds by %s what it finds for an id that does not exist', 'records of other teams are not found'],
    [LIST, 'sees nothing of ours in %s', 'lists records of the teams of the caller alone'],
  ]),
  ...provenBy('journeys/limits', [
    [
      '*',
      'answer 429 with the time to wait to a stranger who asks too often, and still serve who signed in',
      '429 beyond the rate limit',
    ],
  ]),
];
