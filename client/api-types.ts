/**
 * What the v1 API takes and answers, by route. Made from the OpenAPI document by `npm run generate`; a
 * test holds the two against each other.
 */

/** As the API answers it. */
export type Media = {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly url: string | null;
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly title: string | null;
  readonly alt: string | null;
  readonly caption: string | null;
  readonly status: "active" | "deleted" | "purging";
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly description: string | null;
  readonly license: string | null;
  readonly creator: string | null;
  readonly source: string | null;
  readonly visibility: "private" | "shared" | "public";
  readonly checksum: string | null;
  readonly checksumAlgorithm: "SHA256" | "CRC64NVME" | "SHA256_COMPOSITE" | null;
  readonly duration: number | null;
  readonly pages: number | null;
  readonly warnings: ReadonlyArray<"MACROS" | "SCRIPT" | "LAUNCH" | "OPEN_ACTION" | "EMBEDDED_FILES" | "REMOTE_CONTENT" | "ENCRYPTED" | "NO_END">;
  readonly thumbhash: string | null;
  readonly dominantColor: string | null;
  readonly focalX: number | null;
  readonly focalY: number | null;
  readonly version: number;
  readonly tags: ReadonlyArray<{
    readonly id: string;
    readonly slug: string;
    readonly name: string;
  }>;
  readonly renditions: Readonly<Partial<Record<"small" | "medium" | "large", {
    readonly url: string;
    readonly width: number;
    readonly height: number;
  }>>>;
};

/** As the API answers it. */
export type ErrorCode = "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED";

/** As the API answers it. */
export type UploadCode = "CONTENT_MISMATCH" | "SIZE_MISMATCH" | "CHECKSUM_MISMATCH" | "HEADERS_NOT_ALLOWED" | "PIXEL_LIMIT" | "ARCHIVE_LIMIT" | "WORK_LIMIT" | "ENCRYPTED" | "MALWARE" | "SCAN_FAILED" | "UNSUPPORTED" | "OVERTAKEN" | "NOT_PERMITTED" | "DECODE_ERROR";

/** As the API answers it. */
export type TextCode = "ENCRYPTED" | "DAMAGED" | "TOO_LARGE" | "TIME_LIMIT" | "TYPE_NOT_ALLOWED" | "UNREADABLE";

/** As the API answers it. */
export type RealtimeErrorCode = "INVALID_MESSAGE" | "UNKNOWN_ACTION" | "UNKNOWN_CHANNEL" | "TOO_LARGE" | "RATE_LIMITED" | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "CONFLICT" | "BUSY" | "INTERNAL";

/** Routes that take an `Idempotency-Key`: the same call again is answered as the first one. */
export const KEYED: readonly string[] = [
  'POST /api/v1/media',
  'POST /api/v1/media-tags',
  'POST /api/v1/bulk/tag',
  'POST /api/v1/bulk/untag',
  'POST /api/v1/bulk/delete',
  'POST /api/v1/bulk/restore',
  'POST /api/v1/bulk/visibility',
  'POST /api/v1/uploads',
  'POST /api/v1/api-keys',
  'POST /api/v1/teams',
  'POST /api/v1/teams/{id}/invitations',
  'POST /api/v1/collections',
  'POST /api/v1/views',
  'POST /api/v1/share-links',
  'POST /api/v1/webhooks',
];

/** Routes that change a record only in the version that the call names. */
export type Versioned = "PATCH /api/v1/media/{id}";

/** Every route that takes and answers JSON. */
export interface Operations {
  'GET /api/v1/media': {
    path: undefined;
    query: {
      readonly limit?: number;
      readonly offset?: number;
      readonly orderBy?: "createdAt" | "filename" | "fileSize";
      readonly orderDir?: "asc" | "desc";
      readonly type?: "image" | "video" | "all";
      readonly search?: string;
      readonly tagIds?: ReadonlyArray<string>;
      readonly tagSlugs?: ReadonlyArray<string>;
      readonly cursor?: string;
    } | undefined;
    body: undefined;
    answer: {
      readonly data: ReadonlyArray<Media>;
      readonly total: number;
      readonly limit: number;
      readonly offset: number;
      readonly nextCursor?: string;
      readonly totalIsExact?: boolean;
    };
  };
  'POST /api/v1/media': {
    path: undefined;
    query: undefined;
    body: {
      readonly url: string;
      readonly filename: string;
      readonly fileSize: number;
      readonly mimeType: string;
      readonly width?: number | null;
      readonly height?: number | null;
      readonly title?: string | null;
      readonly alt?: string | null;
      readonly caption?: string | null;
      readonly description?: string | null;
      readonly license?: string | null;
      readonly creator?: string | null;
      readonly source?: string | null;
      readonly visibility?: "private" | "shared" | "public";
    };
    answer: Media;
  };
  'GET /api/v1/media/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: Media;
  };
  'PATCH /api/v1/media/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly title?: string | null;
      readonly alt?: string | null;
      readonly caption?: string | null;
      readonly description?: string | null;
      readonly license?: string | null;
      readonly creator?: string | null;
      readonly source?: string | null;
      readonly visibility?: "private" | "shared" | "public";
      readonly focalX?: number | null;
      readonly focalY?: number | null;
    };
    answer: Media;
  };
  'DELETE /api/v1/media/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/media/{id}/metadata': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly filename: string;
      readonly fileSize: number;
      readonly fileType: string | null;
      readonly contentType: string;
      readonly picture: {
        readonly width: number;
        readonly height: number;
        readonly orientation: number;
        readonly colorSpace: string;
        readonly depth: number | null;
        readonly alpha: boolean;
        readonly frames: number;
        readonly density: number | null;
      } | null;
      readonly camera: {
        readonly make: string | null;
        readonly model: string | null;
        readonly lens: string | null;
        readonly exposureTime: number | null;
        readonly aperture: number | null;
        readonly iso: number | null;
        readonly focalLength: number | null;
        readonly takenAt: string | null;
      } | null;
      readonly location: {
        readonly latitude: number;
        readonly longitude: number;
        readonly altitude: number | null;
      } | null;
      readonly texts: {
        readonly title: string | null;
        readonly caption: string | null;
        readonly alt: string | null;
        readonly keywords: ReadonlyArray<string>;
        readonly author: string | null;
        readonly copyright: string | null;
      };
      readonly document: {
        readonly pages: number | null;
        readonly encrypted: boolean;
        readonly subject: string | null;
        readonly producer: string | null;
        readonly createdAt: string | null;
      } | null;
      readonly container: {
        readonly format: string;
        readonly duration: number | null;
        readonly bitRate: number | null;
      } | null;
      readonly video: {
        readonly codec: string | null;
        readonly codecString: string | null;
        readonly width: number | null;
        readonly height: number | null;
        readonly rotation: number;
        readonly frameRate: number | null;
        readonly bitRate: number | null;
      } | null;
      readonly audio: {
        readonly codec: string | null;
        readonly codecString: string | null;
        readonly sampleRate: number | null;
        readonly channels: number | null;
        readonly bitRate: number | null;
      } | null;
      readonly tags: {
        readonly title: string | null;
        readonly artist: string | null;
        readonly album: string | null;
        readonly albumArtist: string | null;
        readonly genre: string | null;
        readonly track: number | null;
        readonly year: number | null;
        readonly comment: string | null;
      } | null;
    };
  };
  'POST /api/v1/renditions/cookies': {
    path: undefined;
    query: undefined;
    body: Readonly<Record<string, never>>;
    answer: {
      readonly teams: ReadonlyArray<string>;
      readonly expiresAt: string | null;
    };
  };
  'POST /api/v1/media/check-duplicates': {
    path: undefined;
    query: undefined;
    body: {
      readonly files: ReadonlyArray<{
        readonly filename: string;
        readonly fileSize: number;
      }>;
    };
    answer: {
      readonly duplicates: ReadonlyArray<{
        readonly filename: string;
        readonly fileSize: number;
        readonly existing: ReadonlyArray<{
          readonly id: string;
          readonly url: string;
          readonly createdAt: string;
        }>;
      }>;
    };
  };
  'POST /api/v1/media/{id}/extract-text': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly language?: string;
      readonly preserveFormatting?: boolean;
      readonly pages?: string;
    };
    answer: {
      readonly mediaId: string;
      readonly status: "done" | "processing" | "failed";
      readonly preserveFormatting: boolean;
      readonly code: TextCode | null;
      readonly message: string | null;
      readonly language?: string | null;
      readonly pageCount?: number;
      readonly truncated?: boolean;
      readonly text?: string;
      readonly pages?: ReadonlyArray<{
        readonly number: number;
        readonly name: string | null;
        readonly text: string;
        readonly source: "file" | "ocr";
        readonly confidence: number | null;
      }>;
    };
  };
  'GET /api/v1/media/{id}/text': {
    path: {
      readonly id: string;
    };
    query: {
      readonly language?: string;
      readonly preserveFormatting?: "true" | "false";
      readonly pages?: string;
    } | undefined;
    body: undefined;
    answer: {
      readonly mediaId: string;
      readonly status: "done" | "processing" | "failed";
      readonly preserveFormatting: boolean;
      readonly code: TextCode | null;
      readonly message: string | null;
      readonly language?: string | null;
      readonly pageCount?: number;
      readonly truncated?: boolean;
      readonly text?: string;
      readonly pages?: ReadonlyArray<{
        readonly number: number;
        readonly name: string | null;
        readonly text: string;
        readonly source: "file" | "ocr";
        readonly confidence: number | null;
      }>;
    };
  };
  'GET /api/v1/media-tags': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly type: "media_tag";
      readonly slug: string;
      readonly name: string;
      readonly description: string | null;
      readonly icon: string | null;
      readonly color: string | null;
      readonly order: number;
      readonly isActive: boolean;
      readonly createdAt: string;
      readonly updatedAt: string;
    }>;
  };
  'POST /api/v1/media-tags': {
    path: undefined;
    query: undefined;
    body: {
      readonly name: string;
      readonly description?: string | null;
      readonly icon?: string | null;
      readonly color?: string | null;
      readonly order?: number;
      readonly isActive?: boolean;
    };
    answer: {
      readonly id: string;
      readonly slug: string;
      readonly name: string;
      readonly color: string | null;
      readonly icon: string | null;
      readonly order: number;
      readonly isActive: boolean;
    };
  };
  'PATCH /api/v1/media-tags/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly name?: string;
      readonly description?: string | null;
      readonly icon?: string | null;
      readonly color?: string | null;
      readonly order?: number;
      readonly isActive?: boolean;
    };
    answer: {
      readonly id: string;
      readonly type: "media_tag";
      readonly slug: string;
      readonly name: string;
      readonly description: string | null;
      readonly icon: string | null;
      readonly color: string | null;
      readonly order: number;
      readonly isActive: boolean;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'DELETE /api/v1/media-tags/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/media/{id}/tags': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly type: "media_tag";
      readonly slug: string;
      readonly name: string;
      readonly description: string | null;
      readonly icon: string | null;
      readonly color: string | null;
      readonly order: number;
      readonly isActive: boolean;
      readonly createdAt: string;
      readonly updatedAt: string;
    }>;
  };
  'POST /api/v1/media/{id}/tags': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly tagId: string;
    };
    answer: ReadonlyArray<{
      readonly id: string;
      readonly type: "media_tag";
      readonly slug: string;
      readonly name: string;
      readonly description: string | null;
      readonly icon: string | null;
      readonly color: string | null;
      readonly order: number;
      readonly isActive: boolean;
      readonly createdAt: string;
      readonly updatedAt: string;
    }>;
  };
  'PUT /api/v1/media/{id}/tags': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly tagIds: ReadonlyArray<string>;
    };
    answer: ReadonlyArray<{
      readonly id: string;
      readonly type: "media_tag";
      readonly slug: string;
      readonly name: string;
      readonly description: string | null;
      readonly icon: string | null;
      readonly color: string | null;
      readonly order: number;
      readonly isActive: boolean;
      readonly createdAt: string;
      readonly updatedAt: string;
    }>;
  };
  'DELETE /api/v1/media/{id}/tags': {
    path: {
      readonly id: string;
    };
    query: {
      readonly tagId: string;
    };
    body: undefined;
    answer: {
      readonly success: true;
    };
  };
  'POST /api/v1/bulk/tag': {
    path: undefined;
    query: undefined;
    body: {
      readonly ids?: ReadonlyArray<string>;
      readonly query?: {
        readonly search?: string;
        readonly type?: "image" | "video" | "all";
        readonly tagIds?: ReadonlyArray<string>;
        readonly tagSlugs?: ReadonlyArray<string>;
      };
      readonly except?: ReadonlyArray<string>;
      readonly tagId: string;
    };
    answer: {
      readonly changed?: ReadonlyArray<{
        readonly id: string;
        readonly was?: "private" | "shared" | "public";
      }>;
      readonly unchanged?: ReadonlyArray<string>;
      readonly failures?: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly job?: {
        readonly id: string;
        readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
        readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
        readonly reason: string | null;
        readonly total: number;
        readonly changed: number;
        readonly unchanged: number;
        readonly failed: number;
        readonly failures: ReadonlyArray<{
          readonly id: string;
          readonly filename: string | null;
          readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
          readonly message: string;
        }>;
        readonly cancelling: boolean;
        readonly undoneBy: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      };
    };
  };
  'POST /api/v1/bulk/untag': {
    path: undefined;
    query: undefined;
    body: {
      readonly ids?: ReadonlyArray<string>;
      readonly query?: {
        readonly search?: string;
        readonly type?: "image" | "video" | "all";
        readonly tagIds?: ReadonlyArray<string>;
        readonly tagSlugs?: ReadonlyArray<string>;
      };
      readonly except?: ReadonlyArray<string>;
      readonly tagId: string;
    };
    answer: {
      readonly changed?: ReadonlyArray<{
        readonly id: string;
        readonly was?: "private" | "shared" | "public";
      }>;
      readonly unchanged?: ReadonlyArray<string>;
      readonly failures?: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly job?: {
        readonly id: string;
        readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
        readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
        readonly reason: string | null;
        readonly total: number;
        readonly changed: number;
        readonly unchanged: number;
        readonly failed: number;
        readonly failures: ReadonlyArray<{
          readonly id: string;
          readonly filename: string | null;
          readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
          readonly message: string;
        }>;
        readonly cancelling: boolean;
        readonly undoneBy: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      };
    };
  };
  'POST /api/v1/bulk/delete': {
    path: undefined;
    query: undefined;
    body: {
      readonly ids?: ReadonlyArray<string>;
      readonly query?: {
        readonly search?: string;
        readonly type?: "image" | "video" | "all";
        readonly tagIds?: ReadonlyArray<string>;
        readonly tagSlugs?: ReadonlyArray<string>;
      };
      readonly except?: ReadonlyArray<string>;
    };
    answer: {
      readonly changed?: ReadonlyArray<{
        readonly id: string;
        readonly was?: "private" | "shared" | "public";
      }>;
      readonly unchanged?: ReadonlyArray<string>;
      readonly failures?: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly job?: {
        readonly id: string;
        readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
        readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
        readonly reason: string | null;
        readonly total: number;
        readonly changed: number;
        readonly unchanged: number;
        readonly failed: number;
        readonly failures: ReadonlyArray<{
          readonly id: string;
          readonly filename: string | null;
          readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
          readonly message: string;
        }>;
        readonly cancelling: boolean;
        readonly undoneBy: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      };
    };
  };
  'POST /api/v1/bulk/restore': {
    path: undefined;
    query: undefined;
    body: {
      readonly ids?: ReadonlyArray<string>;
      readonly query?: Readonly<Record<string, never>>;
      readonly except?: ReadonlyArray<string>;
    };
    answer: {
      readonly changed?: ReadonlyArray<{
        readonly id: string;
        readonly was?: "private" | "shared" | "public";
      }>;
      readonly unchanged?: ReadonlyArray<string>;
      readonly failures?: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly job?: {
        readonly id: string;
        readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
        readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
        readonly reason: string | null;
        readonly total: number;
        readonly changed: number;
        readonly unchanged: number;
        readonly failed: number;
        readonly failures: ReadonlyArray<{
          readonly id: string;
          readonly filename: string | null;
          readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
          readonly message: string;
        }>;
        readonly cancelling: boolean;
        readonly undoneBy: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      };
    };
  };
  'POST /api/v1/bulk/visibility': {
    path: undefined;
    query: undefined;
    body: {
      readonly ids?: ReadonlyArray<string>;
      readonly query?: {
        readonly search?: string;
        readonly type?: "image" | "video" | "all";
        readonly tagIds?: ReadonlyArray<string>;
        readonly tagSlugs?: ReadonlyArray<string>;
      };
      readonly except?: ReadonlyArray<string>;
      readonly visibility: "private" | "shared" | "public";
    };
    answer: {
      readonly changed?: ReadonlyArray<{
        readonly id: string;
        readonly was?: "private" | "shared" | "public";
      }>;
      readonly unchanged?: ReadonlyArray<string>;
      readonly failures?: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly job?: {
        readonly id: string;
        readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
        readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
        readonly reason: string | null;
        readonly total: number;
        readonly changed: number;
        readonly unchanged: number;
        readonly failed: number;
        readonly failures: ReadonlyArray<{
          readonly id: string;
          readonly filename: string | null;
          readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
          readonly message: string;
        }>;
        readonly cancelling: boolean;
        readonly undoneBy: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      };
    };
  };
  'GET /api/v1/bulk/jobs/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
      readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
      readonly reason: string | null;
      readonly total: number;
      readonly changed: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly failures: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly cancelling: boolean;
      readonly undoneBy: string | null;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'DELETE /api/v1/bulk/jobs/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
      readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
      readonly reason: string | null;
      readonly total: number;
      readonly changed: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly failures: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly cancelling: boolean;
      readonly undoneBy: string | null;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'POST /api/v1/bulk/jobs/{id}/undo': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly action: "tag" | "untag" | "delete" | "restore" | "visibility";
      readonly status: "queued" | "running" | "done" | "cancelled" | "failed";
      readonly reason: string | null;
      readonly total: number;
      readonly changed: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly failures: ReadonlyArray<{
        readonly id: string;
        readonly filename: string | null;
        readonly code: "VALIDATION" | "UNKNOWN_FIELD" | "INVALID_JSON" | "EMPTY_FILE" | "NO_FILES" | "FILE_REFUSED" | "AMBIGUOUS_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" | "CROSS_SITE" | "NOT_FOUND" | "CONFLICT" | "CONTENT_UNAVAILABLE" | "MAIL_OFF" | "UPLOAD_EXPIRED" | "PRECONDITION_FAILED" | "TOO_LARGE" | "QUOTA_EXCEEDED" | "TYPE_NOT_ALLOWED" | "KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "BUSY" | "UPLOADS_OFF";
        readonly message: string;
      }>;
      readonly cancelling: boolean;
      readonly undoneBy: string | null;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'GET /api/v1/trash': {
    path: undefined;
    query: {
      readonly limit?: number;
      readonly offset?: number;
      readonly orderBy?: "createdAt" | "filename" | "fileSize";
      readonly orderDir?: "asc" | "desc";
    } | undefined;
    body: undefined;
    answer: {
      readonly data: ReadonlyArray<{
        readonly id: string;
        readonly userId: string;
        readonly teamId: string;
        readonly url: string | null;
        readonly filename: string;
        readonly fileSize: number;
        readonly mimeType: string;
        readonly width: number | null;
        readonly height: number | null;
        readonly title: string | null;
        readonly alt: string | null;
        readonly caption: string | null;
        readonly status: "active" | "deleted" | "purging";
        readonly createdAt: string;
        readonly updatedAt: string;
        readonly description: string | null;
        readonly license: string | null;
        readonly creator: string | null;
        readonly source: string | null;
        readonly visibility: "private" | "shared" | "public";
        readonly checksum: string | null;
        readonly checksumAlgorithm: "SHA256" | "CRC64NVME" | "SHA256_COMPOSITE" | null;
        readonly duration: number | null;
        readonly pages: number | null;
        readonly warnings: ReadonlyArray<"MACROS" | "SCRIPT" | "LAUNCH" | "OPEN_ACTION" | "EMBEDDED_FILES" | "REMOTE_CONTENT" | "ENCRYPTED" | "NO_END">;
        readonly thumbhash: string | null;
        readonly dominantColor: string | null;
        readonly focalX: number | null;
        readonly focalY: number | null;
        readonly version: number;
        readonly tags: ReadonlyArray<{
          readonly id: string;
          readonly slug: string;
          readonly name: string;
        }>;
        readonly renditions: Readonly<Partial<Record<"small" | "medium" | "large", {
          readonly url: string;
          readonly width: number;
          readonly height: number;
        }>>>;
        readonly deletedAt: string | null;
      }>;
      readonly total: number;
      readonly limit: number;
      readonly offset: number;
      readonly nextCursor?: string;
      readonly totalIsExact?: boolean;
    };
  };
  'POST /api/v1/media/{id}/restore': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: Media;
  };
  'GET /api/v1/media/{id}/versions': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly current: boolean;
      readonly filename: string;
      readonly fileSize: number;
      readonly mimeType: string;
      readonly width: number | null;
      readonly height: number | null;
      readonly checksum: string | null;
      readonly checksumAlgorithm: "SHA256" | "CRC64NVME" | "SHA256_COMPOSITE" | null;
      readonly replacedAt: string | null;
      readonly keptUntil: string | null;
    }>;
  };
  'POST /api/v1/media/{id}/versions/{version}/restore': {
    path: {
      readonly id: string;
      readonly version: string;
    };
    query: undefined;
    body: undefined;
    answer: Media;
  };
  'DELETE /api/v1/trash/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/usage': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      readonly bytes: number;
      readonly reservedBytes: number;
      readonly quotaBytes: number;
      readonly records: number;
      readonly quotaRecords: number;
      readonly counts: Readonly<Partial<Record<"all" | "image" | "video" | "audio" | "document", number>>>;
      readonly trash: number;
    };
  };
  'POST /api/v1/uploads': {
    path: undefined;
    query: undefined;
    body: {
      readonly filename: string;
      readonly fileSize: number;
      readonly mimeType: string;
      readonly sha256?: string;
      readonly multipart?: boolean;
      readonly replaces?: string;
      readonly onDuplicate?: "upload" | "reuse";
      readonly tagIds?: ReadonlyArray<string>;
      readonly title?: string | null;
      readonly alt?: string | null;
      readonly caption?: string | null;
      readonly description?: string | null;
      readonly license?: string | null;
      readonly creator?: string | null;
      readonly source?: string | null;
      readonly visibility?: "private" | "shared" | "public";
    };
    answer: {
      readonly id: string;
      readonly mediaId: string;
      readonly status: string;
      readonly expiresAt: string;
      readonly duplicateOf: string | null;
      readonly request?: {
        readonly method: "PUT";
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
      };
      readonly multipart?: {
        readonly partSize: number;
        readonly partCount: number;
      };
    };
  };
  'GET /api/v1/uploads': {
    path: undefined;
    query: {
      readonly status: "pending";
      readonly limit?: number;
      readonly cursor?: string;
    };
    body: undefined;
    answer: {
      readonly data: ReadonlyArray<{
        readonly id: string;
        readonly mediaId: string;
        readonly status: "pending" | "processing" | "active" | "rejected" | "failed" | "expired" | "deleted";
        readonly code: UploadCode | null;
        readonly message: string | null;
        readonly expiresAt: string;
        readonly multipart?: {
          readonly partSize: number;
          readonly partCount: number;
        };
        readonly filename: string;
        readonly fileSize: number | null;
        readonly mimeType: string;
        readonly createdAt: string;
      }>;
      readonly nextCursor?: string;
    };
  };
  'GET /api/v1/uploads/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly mediaId: string;
      readonly status: "pending" | "processing" | "active" | "rejected" | "failed" | "expired" | "deleted";
      readonly code: UploadCode | null;
      readonly message: string | null;
      readonly expiresAt: string;
      readonly multipart?: {
        readonly partSize: number;
        readonly partCount: number;
      };
      readonly parts?: ReadonlyArray<{
        readonly partNumber: number;
        readonly size: number;
        readonly etag: string;
      }>;
    };
  };
  'DELETE /api/v1/uploads/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/uploads/{id}/sign': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly mediaId: string;
      readonly status: string;
      readonly expiresAt: string;
      readonly duplicateOf: string | null;
      readonly request?: {
        readonly method: "PUT";
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
      };
      readonly multipart?: {
        readonly partSize: number;
        readonly partCount: number;
      };
    };
  };
  'POST /api/v1/uploads/{id}/parts': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly partNumbers: ReadonlyArray<number>;
      readonly checksums?: Readonly<Record<string, string>>;
    };
    answer: {
      readonly parts: ReadonlyArray<{
        readonly partNumber: number;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly expiresAt: string;
      }>;
    };
  };
  'POST /api/v1/uploads/{id}/complete': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly parts?: ReadonlyArray<{
        readonly partNumber: number;
        readonly etag: string;
      }>;
    };
    answer: {
      readonly id: string;
      readonly mediaId: string;
      readonly status: "pending" | "processing" | "active" | "rejected" | "failed" | "expired" | "deleted";
      readonly code: UploadCode | null;
      readonly message: string | null;
      readonly expiresAt: string;
      readonly multipart?: {
        readonly partSize: number;
        readonly partCount: number;
      };
    };
  };
  'POST /api/v1/uppy/tokens': {
    path: undefined;
    query: undefined;
    body: Readonly<Record<string, never>>;
    answer: {
      readonly token: string;
      readonly endpoint: string;
      readonly expiresAt: string;
    };
  };
  'POST /api/v1/auth/login': {
    path: undefined;
    query: undefined;
    body: {
      readonly email: string;
      readonly password: string;
    };
    answer: {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
    };
  };
  'POST /api/v1/auth/logout': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/auth/refresh': {
    path: undefined;
    query: undefined;
    body: {
      readonly refreshToken?: string;
    };
    answer: {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
    };
  };
  'POST /api/v1/auth/guest': {
    path: undefined;
    query: undefined;
    body: Readonly<Record<string, never>>;
    answer: {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
    };
  };
  'POST /api/v1/auth/password': {
    path: undefined;
    query: undefined;
    body: {
      readonly currentPassword: string;
      readonly newPassword: string;
      readonly endEverything?: boolean;
    };
    answer: {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
      readonly message: string;
    };
  };
  'POST /api/v1/auth/password-resets': {
    path: undefined;
    query: undefined;
    body: {
      readonly email: string;
      readonly language?: "en" | "de" | "es" | "fr";
    };
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/auth/password-resets/use': {
    path: undefined;
    query: undefined;
    body: {
      readonly token: string;
      readonly newPassword: string;
      readonly endEverything?: boolean;
    };
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/auth/me': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly apiKey: {
        readonly id: string;
        readonly name: string;
        readonly scopes: ReadonlyArray<"media:read" | "media:create" | "media:update" | "media:delete" | "realtime:broadcast" | "media:write">;
        readonly expiresAt: string | null;
      } | null;
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly scopes: ReadonlyArray<"media:read" | "media:create" | "media:update" | "media:delete" | "realtime:broadcast">;
      readonly teams: ReadonlyArray<{
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
        readonly role: "owner" | "admin" | "editor" | "viewer";
      }>;
    };
  };
  'POST /api/v1/api-keys': {
    path: undefined;
    query: undefined;
    body: {
      readonly name: string;
      readonly scopes: ReadonlyArray<"media:read" | "media:create" | "media:update" | "media:delete" | "realtime:broadcast" | "media:write">;
      readonly expiresAt?: string | null;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly scopes: ReadonlyArray<"media:read" | "media:create" | "media:update" | "media:delete" | "realtime:broadcast" | "media:write">;
      readonly expiresAt: string | null;
      readonly key: string;
    };
  };
  'GET /api/v1/api-keys': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly name: string;
      readonly scopes: ReadonlyArray<"media:read" | "media:create" | "media:update" | "media:delete" | "realtime:broadcast" | "media:write">;
      readonly expiresAt: string | null;
      readonly createdAt: string;
      readonly lastUsedAt: string | null;
    }>;
  };
  'DELETE /api/v1/api-keys/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/teams': {
    path: undefined;
    query: undefined;
    body: {
      readonly name: string;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly createdAt: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
    };
  };
  'GET /api/v1/teams': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly name: string;
      readonly createdAt: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
    }>;
  };
  'GET /api/v1/teams/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly name: string;
      readonly createdAt: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
    };
  };
  'PATCH /api/v1/teams/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly name: string;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly createdAt: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
    };
  };
  'GET /api/v1/teams/{id}/members': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly userId: string;
      readonly email: string | null;
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly createdAt: string;
    }>;
  };
  'PATCH /api/v1/teams/{id}/members/{userId}': {
    path: {
      readonly id: string;
      readonly userId: string;
    };
    query: undefined;
    body: {
      readonly role: "owner" | "admin" | "editor" | "viewer";
    };
    answer: {
      readonly userId: string;
      readonly email: string | null;
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly createdAt: string;
    };
  };
  'DELETE /api/v1/teams/{id}/members/{userId}': {
    path: {
      readonly id: string;
      readonly userId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/teams/{id}/leave': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/teams/{id}/invitations': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly email: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly language?: "en" | "de" | "es" | "fr";
    };
    answer: {
      readonly id: string;
      readonly email: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly invitedBy: string;
      readonly createdAt: string;
      readonly expiresAt: string;
      readonly token: string;
      readonly mailed: boolean;
    };
  };
  'GET /api/v1/teams/{id}/invitations': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly email: string;
      readonly role: "owner" | "admin" | "editor" | "viewer";
      readonly invitedBy: string;
      readonly createdAt: string;
      readonly expiresAt: string;
    }>;
  };
  'DELETE /api/v1/teams/{id}/invitations/{invitationId}': {
    path: {
      readonly id: string;
      readonly invitationId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/invitations/accept': {
    path: undefined;
    query: undefined;
    body: {
      readonly token: string;
      readonly password?: string;
    };
    answer: {
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
      readonly role: "owner" | "admin" | "editor" | "viewer";
    } | {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly user: {
        readonly id: string;
        readonly email: string | null;
        readonly defaultTeamId: string;
        readonly guestUntil: string | null;
        readonly createdAt: string;
      };
      readonly team: {
        readonly id: string;
        readonly name: string;
        readonly createdAt: string;
      };
      readonly role: "owner" | "admin" | "editor" | "viewer";
    };
  };
  'POST /api/v1/collections': {
    path: undefined;
    query: undefined;
    body: {
      readonly name: string;
      readonly mediaIds?: ReadonlyArray<string>;
    };
    answer: {
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    };
  };
  'GET /api/v1/collections': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    }>;
  };
  'GET /api/v1/collections/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    };
  };
  'PATCH /api/v1/collections/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly name: string;
    };
    answer: {
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    };
  };
  'DELETE /api/v1/collections/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/collections/{id}/items': {
    path: {
      readonly id: string;
    };
    query: {
      readonly limit?: number;
      readonly cursor?: string;
    } | undefined;
    body: undefined;
    answer: {
      readonly data: ReadonlyArray<Media>;
      readonly total: number;
      readonly nextCursor?: string;
    };
  };
  'POST /api/v1/collections/{id}/items': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly mediaIds: ReadonlyArray<string>;
      readonly before?: string | null;
    };
    answer: {
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    };
  };
  'DELETE /api/v1/collections/{id}/items': {
    path: {
      readonly id: string;
    };
    query: {
      readonly mediaIds: ReadonlyArray<string>;
    };
    body: undefined;
    answer: {
      readonly id: string;
      readonly teamId: string;
      readonly name: string;
      readonly count: number;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly version: number;
    };
  };
  'POST /api/v1/views': {
    path: undefined;
    query: undefined;
    body: {
      readonly name: string;
      readonly query: Readonly<Record<string, string>>;
      readonly isShared?: boolean;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly query: Readonly<Record<string, string>>;
      readonly isShared: boolean;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'GET /api/v1/views': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly name: string;
      readonly query: Readonly<Record<string, string>>;
      readonly isShared: boolean;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
    }>;
  };
  'PATCH /api/v1/views/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly name?: string;
      readonly query?: Readonly<Record<string, string>>;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly query: Readonly<Record<string, string>>;
      readonly isShared: boolean;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly updatedAt: string;
    };
  };
  'DELETE /api/v1/views/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/share-links': {
    path: undefined;
    query: undefined;
    body: {
      readonly mediaIds?: ReadonlyArray<string>;
      readonly collectionId?: string;
      readonly name?: string;
      readonly password?: string;
      readonly expiresAt?: string | null;
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly collectionId: string | null;
      readonly records: number;
      readonly hasPassword: boolean;
      readonly views: number;
      readonly viewedAt: string | null;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly expiresAt: string | null;
      readonly token: string;
      readonly url: string;
    };
  };
  'GET /api/v1/share-links': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly name: string;
      readonly collectionId: string | null;
      readonly records: number;
      readonly hasPassword: boolean;
      readonly views: number;
      readonly viewedAt: string | null;
      readonly createdBy: string;
      readonly createdAt: string;
      readonly expiresAt: string | null;
      readonly isOpen: boolean;
    }>;
  };
  'DELETE /api/v1/share-links/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'POST /api/v1/shared': {
    path: undefined;
    query: undefined;
    body: {
      readonly token: string;
      readonly password?: string;
    };
    answer: {
      readonly items: ReadonlyArray<{
        readonly id: string;
        readonly filename: string;
        readonly fileSize: number;
        readonly mimeType: string;
        readonly width: number | null;
        readonly height: number | null;
        readonly duration: number | null;
        readonly title: string | null;
        readonly alt: string | null;
        readonly caption: string | null;
        readonly thumbhash: string | null;
        readonly dominantColor: string | null;
        readonly renditions: {
          readonly small?: {
            readonly url: string;
            readonly width: number;
            readonly height: number;
          };
          readonly medium?: {
            readonly url: string;
            readonly width: number;
            readonly height: number;
          };
        };
      }>;
      readonly total: number;
      readonly nextCursor: string | null;
      readonly name: string;
      readonly expiresAt: string | null;
      readonly access: string;
    };
  };
  'POST /api/v1/shared/items': {
    path: undefined;
    query: undefined;
    body: {
      readonly access: string;
      readonly cursor?: string;
    };
    answer: {
      readonly items: ReadonlyArray<{
        readonly id: string;
        readonly filename: string;
        readonly fileSize: number;
        readonly mimeType: string;
        readonly width: number | null;
        readonly height: number | null;
        readonly duration: number | null;
        readonly title: string | null;
        readonly alt: string | null;
        readonly caption: string | null;
        readonly thumbhash: string | null;
        readonly dominantColor: string | null;
        readonly renditions: {
          readonly small?: {
            readonly url: string;
            readonly width: number;
            readonly height: number;
          };
          readonly medium?: {
            readonly url: string;
            readonly width: number;
            readonly height: number;
          };
        };
      }>;
      readonly total: number;
      readonly nextCursor: string | null;
    };
  };
  'POST /api/v1/shared/files': {
    path: undefined;
    query: undefined;
    body: {
      readonly access: string;
      readonly id: string;
      readonly disposition?: "attachment";
    };
    answer: {
      readonly url: string;
      readonly expiresAt: string;
    };
  };
  'POST /api/v1/realtime/tickets': {
    path: undefined;
    query: undefined;
    body: Readonly<Record<string, never>>;
    answer: {
      readonly ticket: string;
      readonly expiresAt: string;
    };
  };
  'GET /api/v1/events': {
    path: undefined;
    query: {
      readonly channel?: string;
      readonly since?: number;
      readonly limit?: number;
      readonly wait?: number;
    } | undefined;
    body: undefined;
    answer: {
      readonly events: ReadonlyArray<{
        readonly type: "event";
        readonly channel: string;
        readonly seq: number;
        readonly event: string;
        readonly data: unknown;
        readonly at: string;
        readonly from?: {
          readonly userId: string;
          readonly connectionId: string;
          readonly by?: "api-key";
        };
      }>;
      readonly next: number;
      readonly gap: boolean;
    };
  };
  'POST /api/v1/webhooks': {
    path: undefined;
    query: undefined;
    body: {
      readonly url: string;
      readonly events?: ReadonlyArray<"media.created" | "media.updated" | "media.tagged" | "media.deleted" | "media.restored" | "media.text-extracted" | "media.text-failed" | "bulk.progressed" | "upload.progressed" | "upload.failed">;
    };
    answer: {
      readonly id: string;
      readonly url: string;
      readonly events: ReadonlyArray<string>;
      readonly enabled: boolean;
      readonly disabledBecause: string | null;
      readonly succeededAt: string | null;
      readonly createdAt: string;
      readonly secret: string;
    };
  };
  'GET /api/v1/webhooks': {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly id: string;
      readonly url: string;
      readonly events: ReadonlyArray<string>;
      readonly enabled: boolean;
      readonly disabledBecause: string | null;
      readonly succeededAt: string | null;
      readonly createdAt: string;
    }>;
  };
  'PATCH /api/v1/webhooks/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly url?: string;
      readonly events?: ReadonlyArray<"media.created" | "media.updated" | "media.tagged" | "media.deleted" | "media.restored" | "media.text-extracted" | "media.text-failed" | "bulk.progressed" | "upload.progressed" | "upload.failed">;
      readonly enabled?: boolean;
    };
    answer: {
      readonly id: string;
      readonly url: string;
      readonly events: ReadonlyArray<string>;
      readonly enabled: boolean;
      readonly disabledBecause: string | null;
      readonly succeededAt: string | null;
      readonly createdAt: string;
    };
  };
  'DELETE /api/v1/webhooks/{id}': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly message: string;
    };
  };
  'GET /api/v1/webhooks/{id}/deliveries': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: ReadonlyArray<{
      readonly messageId: string;
      readonly event: string;
      readonly attempt: number;
      readonly at: string;
      readonly ok: boolean;
      readonly status: number | null;
      readonly error: string | null;
      readonly nextAt: string | null;
    }>;
  };
  'POST /api/v1/webhooks/{id}/test': {
    path: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly messageId: string;
    };
  };
  'POST /api/v1/webhooks/{id}/deliveries/{messageId}/redeliver': {
    path: {
      readonly id: string;
      readonly messageId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      readonly messageId: string;
    };
  };
}
