import { MediaError } from './errors.ts';
import type { MediaKind, Visibility } from './media.ts';
import type { OcrLanguage } from './ocr-languages.ts';
import type { Principal } from './principal.ts';

export interface MediaType {
  readonly mime: string;
  readonly kind: MediaKind;
  readonly extensions: readonly string[];
}

/** The settings that functions need at run time; the stack hands them over as JSON. Sizes in bytes. */
export interface Settings {
  readonly types: readonly MediaType[];
  readonly limits: Readonly<Record<MediaKind, number>>;
  /** Bytes that the files of one form may have together; a single file may have its limit. */
  readonly formBytes: number;
  readonly quotaBytes: number;
  /** How many records a team may have, including those in the trash and of unfinished uploads. */
  readonly quotaRecords: number;
  /** How many teams a person may make; teams that operators made do not count. */
  readonly teamsPerPerson: number;
  readonly retentionDays: number;
  readonly defaultVisibility: Visibility;
  /** How long an upload session stays open. */
  readonly uploadMinutes: number;
  /** How many unfinished uploads one person may have. */
  readonly openUploads: number;
  /** False where nothing may be uploaded. */
  readonly uploadsEnabled: boolean;
  /** Embedded titles, captions and keywords fill the empty fields of a new record. */
  readonly fillFromMetadata: boolean;
  readonly allowedOrigins: readonly string[];
  /** Whether webhooks may call this machine, without TLS. */
  readonly webhooksToLoopback: boolean;
  /** The limits of a guest; with no hours there are no guests. */
  readonly guests: {
    readonly quotaBytes: number;
    readonly quotaRecords: number;
    readonly hours: number;
    readonly perAddressPerHour: number;
  };
  /** Calls in a minute: of one person, and of one address without a sign-in. */
  readonly rateLimits: { readonly perMinute: number; readonly anonymousPerMinute: number };
  /** The WebSocket API: connections open at once, of a person and of a guest, and opened in a minute; messages of a person in a minute. */
  readonly realtime: {
    readonly connectionsPerPerson: number;
    readonly connectionsPerGuest: number;
    readonly connectionsOfGuestsPerAddress: number;
    readonly handshakesPerMinute: number;
    readonly messagesPerMinute: number;
  };
  /** The languages of recognition, and whether every file is read as it arrives. */
  readonly text: { readonly languages: readonly OcrLanguage[]; readonly onUpload: boolean };
}

/** The limits of a team. */
export interface Quota {
  readonly bytes: number;
  readonly records: number;
}

/** How much the team may store that a call writes to. */
export const quotaOf = (
  settings: Pick<Settings, 'quotaBytes' | 'quotaRecords' | 'guests'>,
  { guest }: Pick<Principal, 'guest'>,
): Quota => {
  const { quotaBytes, quotaRecords } = guest ? settings.guests : settings;
  return { bytes: quotaBytes, records: quotaRecords };
};

/** The refusal of a file's type or name, with the accepted endings. */
export const notAccepted = (which: string, types: readonly MediaType[], where = ''): MediaError => {
  const endings = types.flatMap(({ extensions }) => extensions.slice(0, 1));
  const others = endings.length === 0 ? '' : `, but ${[...new Set(endings)].join(', ')} are`;
  return new MediaError('TYPE_NOT_ALLOWED', `Files ${which} are not accepted${where}${others}`);
};

/** Throws unless a file of this type and size may be stored; answers its kind. */
export const admitFile = (
  settings: Pick<Settings, 'types' | 'limits'>,
  file: { mimeType: string; size: number },
): MediaKind => {
  const type = settings.types.find(({ mime }) => mime === file.mimeType);
  if (!type) {
    throw notAccepted(`of type ${file.mimeType}`, settings.types);
  }
  if (file.size === 0) throw new MediaError('EMPTY_FILE', 'The file is empty');
  const limit = settings.limits[type.kind];
  if (file.size > limit) {
    throw new MediaError('TOO_LARGE', `File too large: ${file.size} bytes, at most ${limit} for type ${type.kind}`);
  }
  return type.kind;
};
