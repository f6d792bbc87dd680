import { each, provenBy } from './row.ts';

const PAGE = 'GET /base/api/media';
const ALL = 'GET /base/api/media/all';
const UPLOAD = 'POST /base/api/media';
const ONE = 'GET /base/api/media/{id}';
const UPDATE = 'PUT /base/api/media/{id}';
const DELETE = 'DELETE /base/api/media/{id}';
const REPLACE = 'PUT /base/api/media/{id}/file';
const REMOVE = 'DELETE /base/api/media/{id}/file';

/** The reference of `base`, statement by statement. */
export const baseRows = [
  ...provenBy('journeys/dialects/base', [
    [
      PAGE,
      'are pages with their number, or everything',
      'lists items in pages',
      'is at /media, by GET',
      'page and limit are query parameters',
      'a Bearer token lets in',
      ...each('answers', 'items total page limit totalPages'),
      ...each('an item has', 'id url title description'),
    ],
    [PAGE, 'uploads by its form and shows what is listed', 'items[].url can be shown by an <img> of a page'],
    [PAGE, 'find items by title, description and tags', ...each('items are found by', 'title description tags')],
    [PAGE, 'is told so', 'who may not look is told so'],
    [ALL, 'are pages with their number, or everything', 'is at /media/all, by GET', 'answers all items as a list'],
    [
      UPLOAD,
      'with title and description answers the item',
      'takes a form with the field file',
      'is at /media, by POST',
      ...each('takes the field', 'title description'),
      ...each('stores', 'title description'),
      'answers the item that was made, as JSON',
    ],
    [UPLOAD, 'with fields left empty goes by the name of its file', 'title and description may be left empty'],
    [UPLOAD, 'uploads by its form and shows what is listed', 'takes the form of a page with a Bearer token'],
    [UPLOAD, 'of %s is refused', 'files are validated by type and content'],
    [ONE, 'is changed by JSON and by either kind of form', 'is at /media/{id}, by GET', 'answers the item of that id'],
    [
      UPDATE,
      'is changed by JSON and by either kind of form',
      'is at /media/{id}, by PUT',
      ...each('changes', 'title description tags'),
      'changes what is said of the item',
      'answers the item as it is then',
    ],
    [UPDATE, 'may be sent back as it was read: %s', 'takes an item as it was read'],
    [
      UPDATE,
      'keeps no title of its own when it is sent back as it was read',
      'a title that was not given is not stored by sending it back',
    ],
    [UPDATE, 'is not changed by another %s', 'what belongs to the file is changed by the route of files alone'],
    [UPDATE, 'is told so', 'who may not change is told so'],
    [
      DELETE,
      'is deleted with a message, and missing from then on',
      'is at /media/{id}, by DELETE',
      'deletes the item',
      'answers a message',
    ],
    [
      REPLACE,
      'is replaced behind the same address, and no picture of the old one is shown again',
      'is at /media/{id}/file, by PUT',
      'takes a new file',
      'answers the item with it',
    ],
    [
      REMOVE,
      'is removed while the item stays, in the words of every API',
      'is at /media/{id}/file, by DELETE',
      'removes the file',
      'answers the item without it',
    ],
  ]),
  ...provenBy('journeys/every-file', [
    [UPLOAD, 'is recorded, shown, described and read: %s', 'images, videos, documents and other types are stored'],
  ]),
  ...provenBy('journeys/main-job', [
    [PAGE, 'private opens with credentials alone', 'who may view a file is decided by its visibility'],
  ]),
  ...provenBy('journeys/teams', [
    ['*', 'say what may be done to media', 'who may change media is decided by the role'],
  ]),
  ...provenBy('journeys/transforms', [
    [ONE, 'has any size for members and a step of the ladder for everybody else', 'pictures are resized'],
    [ONE, 'follows the focal point of the record', 'pictures are cropped'],
    [ONE, 'has the format that the client accepts best, and says that it depends on that', 'pictures are made smaller'],
  ]),
  ...provenBy('journeys/realtime', [
    [
      '*',
      'brings what members publish to those who listen, in order and with a place',
      'channels carry what is published to those who subscribed',
      'the WebSocket goes both ways',
    ],
    ['*', 'is asked of a broadcast by its scope', 'a broadcast reaches all clients'],
    [
      '*',
      'reaches all connections of a user, or the one that is named, and no other',
      'a direct message reaches certain clients',
    ],
    [
      '*',
      'tells who comes and goes, and is gone with the last one',
      'rooms are created, joined and left',
      'messages in a room reach its members',
      'a connection that ends is taken out of its rooms',
    ],
    ['*', 'hear nothing of each other, whatever they name', 'channels keep connections of teams apart'],
    ['*', 'with the login that opened it, and no other', 'a connection ends with the login that opened it'],
    [
      '*',
      'gets what they missed, once and in order, and then what follows',
      'a client that reconnects goes on where it was',
    ],
  ]),
  ...provenBy('journeys/events', [
    ['*', 'may come with an access token as a subprotocol, as browsers have to', 'a JWT opens the WebSocket at /ws'],
    ['*', 'is refused without a credential', 'no client connects without a credential'],
  ]),
];
