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
      'page and limit are query parameters',
      'answers items',
      ...each('an item has', 'id url title description'),
    ],
    [PAGE, 'uploads by its form and shows what is listed', 'items[].url can be shown by an <img> of a page'],
    [PAGE, 'find items by title, description and tags', ...each('items are found by', 'title description tags')],
    [PAGE, 'is told so', 'Bearer tokens let in', 'who may not look is told so'],
    [ALL, 'are pages with their number, or everything', 'answers all items as a list'],
    [
      UPLOAD,
      'with title and description answers the item',
      'takes a form with the field file',
      ...each('takes the field', 'title description'),
      'answers the item that was made',
    ],
    [UPLOAD, 'uploads by its form and shows what is listed', 'takes the form of a page with a Bearer token'],
    [UPLOAD, 'of %s is refused', 'files are validated by type and content'],
    [ONE, 'is changed by JSON and by either kind of form', 'answers the item of that id'],
    [
      UPDATE,
      'is changed by JSON and by either kind of form',
      'changes what is said of the item',
      'answers the item as it is then',
    ],
    [UPDATE, 'may be sent back as it was read: %s', 'takes an item as it was read'],
    [UPDATE, 'is not changed by another %s', 'what belongs to the file is changed by the route of files alone'],
    [UPDATE, 'is told so', 'who may not change is told so'],
    [DELETE, 'is deleted with a message, and missing from then on', 'deletes the item', 'answers a message'],
    [
      REPLACE,
      'is replaced behind the same address, and no picture of the old one is shown again',
      'takes a new file',
      'answers the item with it',
    ],
    [
      REMOVE,
      'is removed while the item stays, in the words of every API',
      'removes the file',
      'answers the item without it',
    ],
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
    ['*', 'tells who comes and goes, and is gone with the last one', 'rooms are created, joined and left'],
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
