import {
  v1CreateCollection,
  v1DeleteCollection,
  v1GetCollection,
  v1ListCollected,
  v1ListCollections,
  v1PlaceInCollection,
  v1RemoveFromCollection,
  v1RenameCollection,
} from '../dialects/v1/collections.ts';
import {
  v1ChangeSavedView,
  v1CreateSavedView,
  v1DeleteSavedView,
  v1ListSavedViews,
} from '../dialects/v1/saved-views.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { presentRecords } from '../library/media-list.ts';
import { showTags } from '../library/tag-store.ts';
import { signedRenditions } from '../media/rendition-address.ts';
import { ApiWithBucketEnvironment, SigningEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoCollections } from './collection-store.ts';
import {
  createCollection,
  deleteCollection,
  getCollection,
  listCollected,
  listCollections,
  placeInCollection,
  removeFromCollection,
  renameCollection,
} from './collections.ts';
import { dynamoSavedViews } from './saved-view-store.ts';
import { changeSavedView, createSavedView, deleteSavedView, listSavedViews } from './saved-views.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  collections: dynamoCollections(table),
  views: dynamoSavedViews(table),
  records: presentRecords(table),
  show: showTags(table),
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createCollection(deps), v1CreateCollection),
    bindRoute(listCollections(deps), v1ListCollections),
    bindRoute(getCollection(deps), v1GetCollection),
    bindRoute(renameCollection(deps), v1RenameCollection),
    bindRoute(deleteCollection(deps), v1DeleteCollection),
    bindRoute(listCollected(deps), v1ListCollected),
    bindRoute(placeInCollection(deps), v1PlaceInCollection),
    bindRoute(removeFromCollection(deps), v1RemoveFromCollection),
    bindRoute(createSavedView(deps), v1CreateSavedView),
    bindRoute(listSavedViews(deps), v1ListSavedViews),
    bindRoute(changeSavedView(deps), v1ChangeSavedView),
    bindRoute(deleteSavedView(deps), v1DeleteSavedView),
  ],
  {
    ...apiContextOf(env, table),
    renditionAddress: signedRenditions(env.BUCKET, SigningEnvironment.parse(process.env)),
  },
);
