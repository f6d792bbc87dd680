import { each, provenBy } from './row.ts';

const TAGS_OF = 'GET /api/v1/media/{id}/tags';
const ADD = 'POST /api/v1/media/{id}/tags';
const REPLACE = 'PUT /api/v1/media/{id}/tags';
const REMOVE = 'DELETE /api/v1/media/{id}/tags';
const LIST = 'GET /api/v1/media-tags';
const CREATE = 'POST /api/v1/media-tags';

const FIELDS = 'id type slug name description icon color order isActive createdAt updatedAt';

/** The reference of `v1`: tags. */
export const v1TagRows = [
  ...provenBy('journeys/tags', [
    [
      TAGS_OF,
      'are added once however often, and answered whole',
      'is at /api/v1/media/:id/tags, by GET',
      '200 {success: true, data} with the tags of the record',
      ...each('a tag has', FIELDS),
      'type is media_tag',
    ],
    [
      ADD,
      'are added once however often, and answered whole',
      'is at /api/v1/media/:id/tags, by POST',
      'takes tagId',
      '201 {success: true, data} with all tags of the record',
      ...each('a tag has', FIELDS),
      'a tag that is there already is no error and no second one',
    ],
    [ADD, 'have to exist, and so has the record', 'the tag has to exist', '404 for a record that does not exist'],
    [
      REPLACE,
      'are replaced as a set',
      'is at /api/v1/media/:id/tags, by PUT',
      'takes tagIds',
      'the record has these tags alone',
    ],
    [
      REMOVE,
      'are removed, and removing what is not there is no error',
      'is at /api/v1/media/:id/tags, by DELETE',
      'tagId is a query parameter',
      'tagId is required',
      'takes that tag off the record',
      '200 {success: true, data: {success: true}}',
    ],
    [
      LIST,
      'lists active tags by order and name, as the reference shows them',
      'is at /api/v1/media-tags, by GET',
      '200 {success: true, data}',
      ...each('a tag has', FIELDS),
      'type is media_tag',
      'tags that are not active are left out',
      'tags come by order, then by name',
    ],
    [LIST, 'vanishes from lists and records at once, and leaves nothing behind', 'deleted tags are left out'],
    [
      CREATE,
      'creates a tag whose slug comes from its name',
      'is at /api/v1/media-tags, by POST',
      'takes name',
      'the slug is made of the name',
      '201 {success: true, data}',
      ...each('data has', 'id slug name color icon order isActive'),
      'color and icon are null, order is 0, the tag is active',
    ],
    [
      CREATE,
      'updates the tag that has the name already, in any case and with any accents',
      'a tag that is there already is updated',
    ],
    [CREATE, 'never renames %s when %s is made, on any record', 'a tag is updated only when it is the same tag'],
    [CREATE, 'refuses the name %j', 'name is required, and says something'],
  ]),
];
