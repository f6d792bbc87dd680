import { provenBy } from './row.ts';

/** The routes of `v1` beyond its reference, each with a test that calls it. */
export const v1BeyondRows = [
  ...provenBy('journeys/openapi', [
    ['POST /api/v1/uploads', 'describes what uploads really answer', 'answers a signed request'],
    ['GET /api/v1/uploads/{id}', 'describes what uploads really answer', 'answers how far the upload is'],
    ['POST /api/v1/uploads/{id}/sign', 'describes what uploads really answer', 'signs the request again'],
    ['DELETE /api/v1/uploads/{id}', 'describes what uploads really answer', 'gives the upload up'],
    ...(['tag', 'untag', 'delete', 'restore', 'visibility'] as const).map(
      (action) =>
        [
          `POST /api/v1/bulk/${action}`,
          'describes what changes of many records really answer, by ids at once and by a query in time',
          'changes many records',
        ] as const,
    ),
    ...(
      ['GET /api/v1/bulk/jobs/{id}', 'DELETE /api/v1/bulk/jobs/{id}', 'POST /api/v1/bulk/jobs/{id}/undo'] as const
    ).map(
      (route) =>
        [
          route,
          'describes what changes of many records really answer, by ids at once and by a query in time',
          'answers a change of all records that match',
        ] as const,
    ),
    [
      'POST /api/v1/bulk/delete',
      'refuses a change of many records that selects none or too many: %#',
      'takes either up to 500 ids or a query with up to 1,000 exceptions',
    ],
    ['GET /api/v1/media/{id}/content', 'describes what media really answer', 'redirects'],
    ['GET /api/v1/auth/me', 'describes what a record elsewhere and accounts really answer', 'answers who is signed in'],
    ['GET /api/v1/openapi.json', 'is served to anybody', 'answers the OpenAPI document'],
    ['GET /docs', 'needs nothing from any other host, and its policy allows nothing else', 'answers the viewer'],
    ['GET /docs/{file}', 'needs nothing from any other host, and its policy allows nothing else', 'answers its files'],
  ]),
  ...provenBy('unit/web/serve-web', [
    ['GET /app', 'knows the version that a browser has', 'answers the dashboard with its version'],
    ['GET /app/{path+}', 'knows the version that a browser has', 'answers the same document'],
    ['GET /app/assets/{file}', 'serves the built files alone, and reads no other', 'answers its files'],
  ]),
  ...provenBy('journeys/every-file', [
    [
      'GET /api/v1/media/{id}/metadata',
      'is read on the first call, of files that came before anybody did',
      'answers what a file says of itself',
    ],
  ]),
  ...provenBy('journeys/transforms', [
    [
      'HEAD /api/v1/media/{id}/content',
      'answers HEAD with its size and type',
      'answers as GET does, without the bytes',
    ],
    ['HEAD /m/{id}/{filename}', 'answers HEAD with its size and type', 'answers as GET does, without the bytes'],
  ]),
  ...provenBy('journeys/main-job', [
    [
      'GET /m/{id}/{filename}',
      'shared opens to every holder of the address and stays out of shared caches',
      'is the address of a file',
    ],
  ]),
  ...provenBy('journeys/text', [
    [
      'POST /api/v1/media/{id}/extract-text',
      'is answered at once for a small document, stored, and found by search from the start of its words',
      'answers the text of a file',
    ],
    [
      'GET /api/v1/media/{id}/text',
      'is recognized in pictures of print, in English and in German, while the caller polls',
      'says how far it is',
    ],
  ]),
  ...provenBy('journeys/tags', [
    [
      'PATCH /api/v1/media-tags/{id}',
      'shows its new name at once, keeps its slug, and is found by the new name',
      'changes a tag',
    ],
    [
      'DELETE /api/v1/media-tags/{id}',
      'vanishes from lists and records at once, and leaves nothing behind',
      'deletes a tag',
    ],
  ]),
  ...provenBy('journeys/trash', [
    ['GET /api/v1/trash', 'lists what was deleted, the latest first, and pages as the library does', 'lists the trash'],
    ['POST /api/v1/media/{id}/restore', 'gives a record back, and tells everyone', 'restores a record'],
    ['DELETE /api/v1/trash/{id}', 'forgets a purged record and its files at once', 'removes a record for good'],
    ['GET /api/v1/usage', 'is exact: bytes, promises, kinds and trash', 'answers what a team stores'],
  ]),
  ...provenBy('journeys/versions', [
    [
      'GET /api/v1/media/{id}/versions',
      'is at the same address, and nothing of the one before is',
      'lists the versions of a file',
    ],
    [
      'POST /api/v1/media/{id}/versions/{version}/restore',
      'is at the same address, and nothing of the one before is',
      'gives a version back',
    ],
  ]),
  ...provenBy('journeys/multipart', [
    ['GET /api/v1/uploads', 'lists unfinished uploads page by page', 'lists unfinished uploads'],
    [
      'POST /api/v1/uploads/{id}/parts',
      'is announced with its layout in place of a request, and becomes a record with its SHA-256',
      'signs parts',
    ],
    [
      'POST /api/v1/uploads/{id}/complete',
      'that is sent several times at once is answered 200 each time, and happens once',
      'joins the parts',
    ],
  ]),
  ...provenBy('journeys/uppy-tokens', [
    [
      'POST /api/v1/uppy/tokens',
      'ends with the key or the login that it was asked for by',
      'answers a token for an uploader',
    ],
  ]),
  ...provenBy('journeys/accounts', [
    ['POST /api/v1/auth/login', 'answers a token and sets three cookies that no script can read', 'logs in'],
    ['POST /api/v1/auth/logout', 'opens the API by cookie and by token until the logout, and then no more', 'logs out'],
  ]),
  ...provenBy('journeys/sessions', [
    [
      'POST /api/v1/auth/refresh',
      'is exchanged for new cookies and a new access token, by cookie and by body',
      'refreshes a login',
    ],
    [
      'POST /api/v1/auth/password',
      'ends all logins at once, and answers with a new one to the caller',
      'changes the password',
    ],
    [
      'POST /api/v1/auth/password-resets',
      'is answered alike for an unknown address, and mailed to the person in their language',
      'mails a link for a new password',
    ],
    [
      'POST /api/v1/auth/password-resets/use',
      'is set once by any of the mailed tokens, which are stored as hashes, and ends all logins',
      'sets a new password by a mailed token',
    ],
    ['POST /api/v1/auth/guest', 'is logged in to a team of their own that no other person sees', 'logs a guest in'],
  ]),
  ...provenBy('journeys/teams', [
    ['POST /api/v1/api-keys', 'is shown once, does what its scopes say, and ends when it is revoked', 'makes a key'],
    [
      'GET /api/v1/api-keys',
      'is made, seen and revoked by owners and admins who are logged in, in their own team',
      'lists keys',
    ],
    [
      'DELETE /api/v1/api-keys/{id}',
      'is shown once, does what its scopes say, and ends when it is revoked',
      'revokes a key',
    ],
    ...(['POST /api/v1/teams', 'GET /api/v1/teams', 'GET /api/v1/teams/{id}', 'PATCH /api/v1/teams/{id}'] as const).map(
      (route) => [route, 'is made, found and renamed by its owner', 'makes, finds and renames teams'] as const,
    ),
    ['GET /api/v1/teams/{id}/members', 'decide who manages whom', 'lists members'],
    ['PATCH /api/v1/teams/{id}/members/{userId}', 'decide who manages whom', 'changes a role'],
    [
      'DELETE /api/v1/teams/{id}/members/{userId}',
      'cannot write at once, and neither can their keys',
      'removes a member',
    ],
    ['DELETE /api/v1/teams/{id}/members/{userId}', 'decide who manages whom', 'is refused to who may not'],
    ['POST /api/v1/teams/{id}/leave', 'leave every team an owner, even when two go at once', 'leaves a team'],
    [
      'POST /api/v1/teams/{id}/invitations',
      'takes a new person in with the password that they choose',
      'invites a person',
    ],
    [
      'GET /api/v1/teams/{id}/invitations',
      'takes a new person in with the password that they choose',
      'lists invitations',
    ],
    [
      'DELETE /api/v1/teams/{id}/invitations/{invitationId}',
      'that was withdrawn takes no person in',
      'withdraws an invitation',
    ],
    [
      'POST /api/v1/invitations/accept',
      'takes a new person in with the password that they choose',
      'accepts an invitation',
    ],
  ]),
  ...provenBy('journeys/events', [
    ['POST /api/v1/realtime/tickets', 'may come with a one-time ticket, once', 'answers a ticket for the WebSocket'],
  ]),
  ...provenBy('unit/webhooks/send-on-request', [
    [
      'POST /api/v1/webhooks/{id}/test',
      'is sent a test once, that says nothing of the files of the team',
      'sends a test event',
    ],
    [
      'POST /api/v1/webhooks/{id}/deliveries/{messageId}/redeliver',
      'has the id and the body that it had, and the next number',
      'sends a delivery again',
    ],
  ]),
  ...provenBy('unit/edge/edge-signer', [
    [
      'POST /api/v1/renditions/cookies',
      'are out of reach of scripts and of other sites, and sent to nothing but those pictures',
      'sets cookies that open renditions at the edge',
    ],
    [
      'POST /api/v1/renditions/cookies',
      'are those of the teams in which the caller may read, the own one first, in an answer of limited size',
      'answers the teams whose renditions they open',
    ],
  ]),
  ...provenBy('unit/dialects/v1/if-match', [
    [
      'PATCH /api/v1/media/{id}',
      'is done in that version, and answers the next one',
      'takes If-Match with the version of a record',
      'answers the version as ETag',
    ],
    [
      'PATCH /api/v1/media/{id}',
      'is refused with the present record, as it is shown, and changes nothing',
      '412 with the present record for another version',
    ],
  ]),
  ...provenBy('journeys/realtime', [
    ['GET /api/v1/events', 'may read the same over HTTP, and wait for what is to come', 'answers events since a place'],
  ]),
  ...provenBy('unit/collections/collections', [
    [
      'POST /api/v1/collections',
      'takes records in, moves them and lets them go, and counts each change',
      'makes a collection',
    ],
    [
      'GET /api/v1/collections',
      'takes records in, moves them and lets them go, and counts each change',
      'lists the collections of a team',
    ],
    [
      'GET /api/v1/collections/{id}',
      'takes records in, moves them and lets them go, and counts each change',
      'answers a collection',
    ],
    [
      'PATCH /api/v1/collections/{id}',
      'takes records in, moves them and lets them go, and counts each change',
      'renames a collection',
    ],
    [
      'DELETE /api/v1/collections/{id}',
      'takes records in, moves them and lets them go, and counts each change',
      'removes a collection and none of its records',
    ],
    [
      'GET /api/v1/collections/{id}/items',
      'has pages of what is in the library, in its order',
      'answers records in their order',
    ],
    ['POST /api/v1/collections/{id}/items', 'loses no change of two people at once', 'adds and moves records'],
    [
      'DELETE /api/v1/collections/{id}/items',
      'takes records in, moves them and lets them go, and counts each change',
      'takes records out',
    ],
  ]),
  ...provenBy('unit/collections/saved-views', [
    ['POST /api/v1/views', 'of the team is for all members, and kept by editors', 'saves a view'],
    ['GET /api/v1/views', 'of a person is theirs alone', 'lists views of the caller and of the team'],
    ['PATCH /api/v1/views/{id}', 'of the team is for all members, and kept by editors', 'changes a view'],
    ['DELETE /api/v1/views/{id}', 'of a person is theirs alone', 'removes a view'],
  ]),
  ...provenBy('journeys/ended-maker', [
    [
      'POST /api/v1/share-links',
      'shows its records to a visitor, and nothing else of the team',
      'makes a link, and shows it this once',
    ],
    [
      'GET /api/v1/share-links',
      'shows its records to a visitor, and nothing else of the team',
      'lists links with their views',
    ],
    ['DELETE /api/v1/share-links/{id}', 'opens nothing once %s', 'ends a link'],
    [
      'POST /api/v1/shared',
      'shows its records to a visitor, and nothing else of the team',
      'answers the records of a link',
    ],
    [
      'POST /api/v1/shared/items',
      'shows its records to a visitor, and nothing else of the team',
      'answers the next records of a link',
    ],
    [
      'POST /api/v1/shared/files',
      'shows its records to a visitor, and nothing else of the team',
      'signs an address of a shared file',
    ],
  ]),
  ...provenBy('journeys/webhooks', [
    [
      'GET /api/v1/webhooks/{id}/deliveries',
      'hears what happens, signed so that it can tell who calls',
      'lists what was sent',
    ],
    ['POST /api/v1/webhooks', 'hears what happens, signed so that it can tell who calls', 'makes a webhook'],
    ...(['GET /api/v1/webhooks', 'PATCH /api/v1/webhooks/{id}', 'DELETE /api/v1/webhooks/{id}'] as const).map(
      (route) =>
        [
          route,
          'is for those who manage the team, and answers strangers as missing',
          'is for those who manage the team',
        ] as const,
    ),
  ]),
];
