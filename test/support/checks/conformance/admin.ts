import { each, provenBy } from './row.ts';

const LIST = 'GET /media';
const EDIT = 'POST /media/edit/{id}';
const ADD = 'POST /media/add';
const DELETE = 'DELETE /media/delete/{id}';

const PERMISSIONS = [
  [LIST, 'view-media'],
  [EDIT, 'edit-media'],
  [ADD, 'add-media'],
  [DELETE, 'delete-media'],
] as const;

/** The reference of `admin`, statement by statement. */
export const adminRows = [
  ...provenBy('journeys/dialects/admin', [
    ...PERMISSIONS.flatMap(
      ([route, permission]) =>
        [
          [
            route,
            '%s %s needs the cookie of a login',
            'wants the cookie refreshToken',
            'takes no other credential',
            '401 without it',
          ],
          [
            route,
            '%s %s needs the permission %s',
            `wants the permission ${permission}`,
            ...(permission === 'view-media' ? [] : ['403 without it']),
          ],
        ] as const,
    ),
    [LIST, 'says from which to which of how many', 'a page is chosen by limit and offset'],
    [
      LIST,
      'answers everything, newest first, in the shape of the reference',
      'is at /media, by GET',
      'order is added-desc unless it is said',
      '200 {media, max, from, to}',
      'limit has no bound unless it is said',
      'offset is 0 unless it is said',
      'no search leaves nothing out',
      ...each('answers', 'media max from to'),
      'id is a number',
      ...each('a row has', 'name path timestamp tags'),
    ],
    [LIST, 'answers the oldest first when asked to', 'order takes added-asc'],
    [
      LIST,
      'says from which to which of how many',
      'limit bounds the rows',
      'offset leaves out the first',
      'limit takes the largest safe integer',
      'max counts all matches, from and to are positions',
    ],
    [LIST, 'searches', 'search filters the rows'],
    [LIST, 'refuses %s', 'order takes the two words alone', 'limit and offset are whole numbers'],
    [
      EDIT,
      'changes name and tags, given as %s',
      'is at /media/edit/:id, by POST',
      'the id is a number',
      'name becomes the name',
      'tags may be a list',
      'tags may be one text',
      'a text of tags may be JSON',
      '200 {data: "Media updated successfully", code: 200}',
    ],
    [
      EDIT,
      'answers 400 for %s with %j',
      'name is required',
      'tags are required',
      'the id is required to be a number',
      '400 {data: "Required parameters missing", code: 400}',
    ],
    [
      ADD,
      'stores an image in plain base64',
      'is at /media/add, by POST',
      'a record with the name and the tags is made',
      ...each('takes', 'name tags image'),
      'the image is base64',
      'tags may be a list',
    ],
    [
      ADD,
      'stores an image behind the head of a data URL, with tags in one text',
      'tags may be one text',
      '200 {data: "Media added successfully", code: 200}',
    ],
    [
      ADD,
      'answers 400 when a call lacks %s',
      ...['name', 'tags', 'image'].map((field) => `${field} is required`),
      '400 {data: "Required parameters missing", code: 400}',
    ],
    [
      ADD,
      'answers 500, as the reference has it, when the image cannot be processed',
      '500 {data: "Error adding media", code: 500} when the image cannot be processed',
    ],
    [
      DELETE,
      'removes the record and its files, and its number is never given again',
      'is at /media/delete/:id, by DELETE',
      'the id is a number',
      'the record goes',
      'its files go',
      '200 {data: "Media deleted successfully", code: 200}',
      '404 {data: "Media not found", code: 404} once it is gone',
    ],
    [
      DELETE,
      'answers 400 for what is no number, and 404 for a number that no record has',
      '400 {data: "Required parameters missing", code: 400} for what is no number',
    ],
  ]),
  ...provenBy('journeys/sign-in-browser', [
    ['*', 'uses the admin API with the cookie of its visitor', 'a page of an allowed origin may use the cookie'],
    ['*', 'gets no answer by cookie, and writes nothing', 'a page of any other origin may not'],
  ]),
  ...provenBy('unit/dialects/dialects', [
    [EDIT, 'is answered in the words of its reference', '500 {data: "Error updating media", code: 500}'],
    [ADD, 'is answered in the words of its reference', '500 {data: "Error adding media", code: 500}'],
    [DELETE, 'is answered in the words of its reference', '500 {data: "Error deleting media", code: 500}'],
    [
      ADD,
      'says so',
      '503 {data: "This service is not handling file uploads.", code: 503} where uploads are switched off',
    ],
    [
      DELETE,
      'says so',
      '503 {data: "This service is not handling file uploads.", code: 503} where uploads are switched off',
    ],
    [LIST, 'answers everything else as ever', 'listing and editing go on where uploads are switched off'],
  ]),
];
