import type { Route } from '../http/route.ts';
import { adminAddMedia } from './admin/add-media.ts';
import { adminDeleteMedia, adminEditMedia, adminListMedia } from './admin/media.ts';
import { baseReplaceFile, baseUploadItem } from './base/files.ts';
import { baseDeleteItem, baseGetItem, baseListAll, baseListItems, baseRemoveFile } from './base/items.ts';
import { baseUpdateItem } from './base/update-item.ts';
import { filesDownloadFile, filesStreamFile } from './files/content.ts';
import { filesBulkDelete, filesDeleteFile, filesGetFile, filesListFiles, filesUpdateFile } from './files/files.ts';
import { filesGuestLogin } from './files/guest-login.ts';
import { filesAnalyzeFile, filesExtractText } from './files/insights.ts';
import { filesPreviewFile } from './files/preview.ts';
import { filesUploadFile } from './files/upload.ts';
import { tokensDeleteMedia, tokensGetMedia, tokensListMedia } from './tokens/media.ts';
import { tokensUploadMedia } from './tokens/upload-media.ts';
import { uppyRoutes } from './uppy/routes.ts';
import {
  v1ChangePassword,
  v1CreateGuest,
  v1GetMe,
  v1Login,
  v1Logout,
  v1Refresh,
  v1RequestReset,
  v1ResetPassword,
} from './v1/accounts.ts';
import { v1CreateApiKey, v1ListApiKeys, v1RevokeApiKey } from './v1/api-keys.ts';
import { bulkRoutes } from './v1/bulk.ts';
import {
  v1CreateCollection,
  v1DeleteCollection,
  v1GetCollection,
  v1ListCollected,
  v1ListCollections,
  v1PlaceInCollection,
  v1RemoveFromCollection,
  v1RenameCollection,
} from './v1/collections.ts';
import { contentRoutes } from './v1/content.ts';
import { v1CheckDuplicates } from './v1/duplicates.ts';
import { v1AcceptInvitation, v1CreateInvitation, v1ListInvitations, v1WithdrawInvitation } from './v1/invitations.ts';
import { v1CreateMedia, v1DeleteMedia, v1GetMedia, v1ListMedia, v1UpdateMedia } from './v1/media.ts';
import { v1GetMetadata } from './v1/metadata.ts';
import { v1GetDocument, v1GetViewer, v1GetViewerFile } from './v1/openapi.ts';
import { v1CreateTicket, v1ReadEvents } from './v1/realtime.ts';
import { v1OpenRenditions } from './v1/renditions.ts';
import { v1ChangeSavedView, v1CreateSavedView, v1DeleteSavedView, v1ListSavedViews } from './v1/saved-views.ts';
import {
  v1CreateShareLink,
  v1ListShared,
  v1ListShareLinks,
  v1OpenSharedFile,
  v1OpenShareLink,
  v1RevokeShareLink,
} from './v1/share-links.ts';
import {
  v1AddMediaTag,
  v1CreateTag,
  v1DeleteTag,
  v1GetMediaTags,
  v1ListTags,
  v1RemoveMediaTag,
  v1ReplaceMediaTags,
  v1UpdateTag,
} from './v1/tags.ts';
import {
  v1ChangeRole,
  v1CreateTeam,
  v1GetTeam,
  v1LeaveTeam,
  v1ListMembers,
  v1ListTeams,
  v1RemoveMember,
  v1RenameTeam,
} from './v1/teams.ts';
import { v1ExtractText, v1GetText } from './v1/text.ts';
import { v1ListTrash, v1PurgeMedia, v1RestoreMedia } from './v1/trash.ts';
import { v1UploadMedia } from './v1/upload-media.ts';
import { v1CompleteUpload, v1ListUploads, v1SignParts } from './v1/upload-parts.ts';
import { v1CreateUpload, v1DeleteUpload, v1GetUpload, v1SignUpload } from './v1/uploads.ts';
import { v1CreateUppyToken } from './v1/uppy.ts';
import { v1GetUsage } from './v1/usage.ts';
import { v1ListVersions, v1RestoreVersion } from './v1/versions.ts';
import { v1GetDashboard, v1GetDashboardFile, v1GetDashboardPage } from './v1/web.ts';
import {
  v1ChangeWebhook,
  v1CreateWebhook,
  v1DeleteWebhook,
  v1ListDeliveries,
  v1ListWebhooks,
  v1Redeliver,
  v1TestWebhook,
} from './v1/webhooks.ts';

/** Every route of the HTTP API. The gateway's routes, the wiring of functions and the test matrix are made from it. */
export const routes = [
  v1ListMedia,
  v1GetMedia,
  v1CreateMedia,
  v1UpdateMedia,
  v1DeleteMedia,
  v1GetMetadata,
  ...contentRoutes,
  v1OpenRenditions,
  v1CheckDuplicates,
  v1ExtractText,
  v1GetText,
  v1ListTags,
  v1CreateTag,
  v1UpdateTag,
  v1DeleteTag,
  v1GetMediaTags,
  v1AddMediaTag,
  v1ReplaceMediaTags,
  v1RemoveMediaTag,
  ...bulkRoutes,
  v1ListTrash,
  v1RestoreMedia,
  v1ListVersions,
  v1RestoreVersion,
  v1PurgeMedia,
  v1GetUsage,
  v1CreateUpload,
  v1ListUploads,
  v1GetUpload,
  v1SignUpload,
  v1SignParts,
  v1CompleteUpload,
  v1DeleteUpload,
  v1UploadMedia,
  v1CreateUppyToken,
  v1Login,
  v1Logout,
  v1Refresh,
  v1CreateGuest,
  v1ChangePassword,
  v1RequestReset,
  v1ResetPassword,
  v1GetMe,
  v1CreateApiKey,
  v1ListApiKeys,
  v1RevokeApiKey,
  v1CreateTeam,
  v1ListTeams,
  v1GetTeam,
  v1RenameTeam,
  v1ListMembers,
  v1ChangeRole,
  v1RemoveMember,
  v1LeaveTeam,
  v1CreateInvitation,
  v1ListInvitations,
  v1WithdrawInvitation,
  v1AcceptInvitation,
  v1CreateCollection,
  v1ListCollections,
  v1GetCollection,
  v1RenameCollection,
  v1DeleteCollection,
  v1ListCollected,
  v1PlaceInCollection,
  v1RemoveFromCollection,
  v1CreateSavedView,
  v1ListSavedViews,
  v1ChangeSavedView,
  v1DeleteSavedView,
  v1CreateShareLink,
  v1ListShareLinks,
  v1RevokeShareLink,
  v1OpenShareLink,
  v1ListShared,
  v1OpenSharedFile,
  v1CreateTicket,
  v1ReadEvents,
  v1CreateWebhook,
  v1ListWebhooks,
  v1ChangeWebhook,
  v1DeleteWebhook,
  v1ListDeliveries,
  v1TestWebhook,
  v1Redeliver,
  v1GetDocument,
  v1GetViewer,
  v1GetViewerFile,
  v1GetDashboard,
  v1GetDashboardPage,
  v1GetDashboardFile,

  tokensListMedia,
  tokensGetMedia,
  tokensUploadMedia,
  tokensDeleteMedia,

  adminListMedia,
  adminEditMedia,
  adminAddMedia,
  adminDeleteMedia,

  filesGuestLogin,
  filesUploadFile,
  filesListFiles,
  filesGetFile,
  filesDownloadFile,
  filesStreamFile,
  filesUpdateFile,
  filesDeleteFile,
  filesBulkDelete,
  filesPreviewFile,
  filesExtractText,
  filesAnalyzeFile,

  baseListItems,
  baseUploadItem,
  baseListAll,
  baseGetItem,
  baseUpdateItem,
  baseDeleteItem,
  baseReplaceFile,
  baseRemoveFile,

  ...uppyRoutes,
] as const satisfies readonly Pick<Route, 'method' | 'path' | 'operation' | 'access' | 'dialect'>[];
