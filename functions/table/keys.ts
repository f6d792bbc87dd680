import type { ObjectRef } from '../domain/media.ts';
import { tagIdentity } from '../domain/tag.ts';
import { termPrefix } from '../domain/terms.ts';
import type { Key } from './table.ts';

/**
 * The library table. Partition and sort keys by item:
 *
 *     media                    MEDIA#<id>            MEDIA
 *     refused upload of media  MEDIA#<id>            REFUSED
 *     what its file says       MEDIA#<id>            METADATA
 *     media by number          ALIAS#<number>        ALIAS
 *     extraction of its text   MEDIA#<id>            TEXT#<file version>#<options>
 *     words of its text        MEDIA#<id>            WORDS#<file version>
 *     upload session           UPLOAD#<id>           UPLOAD
 *     file version left        MEDIA#<id>            VERSION#<version>
 *     object of several        OBJECT#<version>      OBJECT
 *     version in it            OBJECT#<version>      HOLDER#<version>
 *     counters and quota       COUNT#<team>          TOTALS
 *     shard of them            COUNT#<team>          TOTALS#<shard>
 *     shard, of a busy team    COUNT#<team>#<part>   TOTALS#<shard>
 *     number of tags           COUNT#<team>          TAGS
 *     number of open uploads   COUNT#<user>          UPLOADS
 *     shard of it              COUNT#<user>          UPLOADS#<shard>
 *     shard, of a busy person  COUNT#<user>#<part>   UPLOADS#<shard>
 *     uploads given up         COUNT#<user>          GIVENUP#<hour>
 *     more, of a busy person   COUNT#<user>          GIVENUP#<hour>#<shard>
 *     tag, with its counters   TAG#<id>              TAG
 *     tag of a team            TEAM#<id>             TAG#<slug>
 *     tag by its name          TEAM#<id>             TAGNAME#<identity of the name>
 *     record that has a tag    TAG#<id>              MEDIA#<media>
 *     records to go through    TAG#<id>              WORK
 *     terms of a record        TERMS#<media>         TERMS
 *     record with a term       TERM#<team>#<abc>     <term>#<media>
 *     ranked records of a team RANK#<team>           RANKED
 *     bucket of an order       RANK#<team>#<gen>#<order>  #<bound>
 *     user                     USER#<id>             USER
 *     teams of a user          USER#<id>             MEMBER#<team>
 *     number of those teams    USER#<id>             COUNT#TEAMS
 *     teams that a user made   USER#<id>             COUNT#MADE
 *     e-mail address           EMAIL#<address>       EMAIL
 *     team                     TEAM#<id>             TEAM
 *     member of a team         TEAM#<id>             MEMBER#<user>
 *     keys of a team           TEAM#<id>             APIKEY#<id>
 *     API key by hash          APIKEY#<sha256>       APIKEY
 *     login                    SESSION#<id>          SESSION
 *     invitation by hash       INVITATION#<sha256>   INVITATION
 *     invitations of a team    TEAM#<id>             INVITATION#<id>
 *     share link by hash       SHARELINK#<sha256>    SHARELINK
 *     share links of a team    TEAM#<id>             SHARELINK#<id>
 *     collection               COLLECTION#<id>       COLLECTION
 *     collections of a team    TEAM#<id>             COLLECTION#<id>
 *     saved view of a team     TEAM#<id>             VIEW#TEAM#<id>
 *     saved view of a person   TEAM#<id>             VIEW#USER#<user>#<id>
 *     attempts at a password   ATTEMPTS#<subject>    ATTEMPTS
 *     one-time ticket by hash  TICKET#<sha256>       TICKET
 *     new password by hash     RESET#<sha256>        RESET
 *     mail that was sent       MAIL#<id>             MAIL
 *     calls of a minute        RATE#<caller>         WINDOW#<minute>
 *     answer by call's key     IDEMPOTENCY#<sha256>  ANSWER
 *     claims of a share        CLAIMS#<share>        CLAIMS
 *     connection               CONNECTION#<id>       CONNECTION
 *     connections of a person  CONNECTIONS#<user>    OPEN
 *     places of a person       CONNECTIONS#<user>    PLACES
 *     channels begun in a day  CONNECTIONS#<user>    BEGUN#<day>
 *     ended connections        ENDED#<team>          USER#<user>
 *     subscriber of a channel  CHANNEL#<team>#<name> SUBSCRIBER#<connection>
 *     subscriber catching up   CHANNEL#<team>#<name> JOINING#<connection>
 *     sequence of a channel    CHANNEL#<team>#<name> SEQUENCE
 *     event of a channel       CHANNEL#<team>#<name> EVENT#<seq>
 *     stream record told of    SEEN#<team>#<channel>#<record>  SEEN
 *     room of a team           ROOMS#<team>          ROOM#<name>
 *     webhook of a team        TEAM#<id>             WEBHOOK#<id>
 *     attempt at a webhook     WEBHOOK#<id>          <time>#<message>
 *     change of many records   BULK#<id>             BULK
 *     records of one page      BULKPAGE#<id>         <page>
 *     work of one at a time    LEASE#<name>          LEASE
 *     where the sweep goes on  SWEEP#CURSOR          <prefix>
 *     mark of table and bucket SWEEP#GENERATION      GENERATION
 *     where a rebuild goes on  REBUILD#CURSOR        SEARCH or METADATA
 *     version of the data      DATA                  VERSION
 *
 * Attributes of the indexes are in `index-keys.ts`. Unfinished uploads stand in the list `pending#<user>`.
 * `listPk` = team#state, `kindPk` = team#state#kind with `createdSk`, `filenameSk`, `sizeSk`;
 * `nameSizePk` and `checksumPk` with `createdSk`; `duePk`, `dueSk` name what the sweep has to look at, and when.
 */

export const mediaKey = (id: string): Key => ({ pk: `MEDIA#${id}`, sk: 'MEDIA' });
/** The progress of an extraction, and the words that search has of a file. */
export const textKey = ({
  mediaId,
  fileVersion,
  name,
}: {
  mediaId: string;
  fileVersion: string;
  name: string;
}): Key => ({
  pk: `MEDIA#${mediaId}`,
  sk: `TEXT#${fileVersion}#${name}`,
});
export const wordsKey = (mediaId: string, fileVersion: string): Key => ({
  pk: `MEDIA#${mediaId}`,
  sk: `WORDS#${fileVersion}`,
});
export const metadataKey = (mediaId: string): Key => ({ pk: `MEDIA#${mediaId}`, sk: 'METADATA' });
export const refusedKey = (mediaId: string): Key => ({ pk: `MEDIA#${mediaId}`, sk: 'REFUSED' });
export const uploadKey = (id: string): Key => ({ pk: `UPLOAD#${id}`, sk: 'UPLOAD' });
/** The number of unfinished uploads of a person. */
export const openUploadsKey = (userId: string): Key => ({ pk: `COUNT#${userId}`, sk: 'UPLOADS' });
/** The number of uploads that a person gave up in an hour; many at once count them in several items. */
export const givenUpKey = (userId: string, hour: number, shard?: number): Key => ({
  pk: `COUNT#${userId}`,
  sk: shard === undefined ? `GIVENUP#${hour}` : `GIVENUP#${hour}#${shard}`,
});
/** How many tags a team has. */
export const tagsKey = (teamId: string): Key => ({ pk: `COUNT#${teamId}`, sk: 'TAGS' });
/** The number of teams of a person. It sorts before the memberships, which are read as one range with the user. */
export const madeTeamsKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'COUNT#MADE' });
export const teamsOfKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'COUNT#TEAMS' });
export const totalsKey = (teamId: string): Key => ({ pk: `COUNT#${teamId}`, sk: 'TOTALS' });
/** Shards of a counter in one partition: those in the first are read with the item before them, in one query. */
export const SHARDS_OF_PARTITION = 16;
/** The partitions that a counter has once many write to it. One takes 1,000 units a second, and a counted change is two. */
export const SHARD_PARTITIONS = 4;
/** A partition of the counter whose first item has this key. */
export const shardPk = ({ pk }: Key, partition: number): string => (partition === 0 ? pk : `${pk}#${partition}`);
export const shardKey = (counter: Key, shard: number): Key => ({
  pk: shardPk(counter, Math.floor(shard / SHARDS_OF_PARTITION)),
  sk: `${counter.sk}#${String(shard).padStart(2, '0')}`,
});

export const userKey = (id: string): Key => ({ pk: `USER#${id}`, sk: 'USER' });
export const emailKey = (email: string): Key => ({ pk: `EMAIL#${email}`, sk: 'EMAIL' });
export const teamKey = (id: string): Key => ({ pk: `TEAM#${id}`, sk: 'TEAM' });
export const memberKey = (teamId: string, userId: string): Key => ({ pk: `TEAM#${teamId}`, sk: `MEMBER#${userId}` });
export const membershipKey = (userId: string, teamId: string): Key => ({
  pk: `USER#${userId}`,
  sk: `MEMBER#${teamId}`,
});
export const apiKeyKey = (hash: string): Key => ({ pk: `APIKEY#${hash}`, sk: 'APIKEY' });
export const teamApiKeyKey = (teamId: string, id: string): Key => ({ pk: `TEAM#${teamId}`, sk: `APIKEY#${id}` });
export const sessionKey = (id: string): Key => ({ pk: `SESSION#${id}`, sk: 'SESSION' });
export const invitationKey = (hash: string): Key => ({ pk: `INVITATION#${hash}`, sk: 'INVITATION' });
export const teamInvitationKey = (teamId: string, id: string): Key => ({
  pk: `TEAM#${teamId}`,
  sk: `INVITATION#${id}`,
});
/** A share link by the hash of its token, and its entry in the list of its team. */
export const shareLinkKey = (hash: string): Key => ({ pk: `SHARELINK#${hash}`, sk: 'SHARELINK' });
export const teamShareLinkKey = (teamId: string, id: string): Key => ({ pk: `TEAM#${teamId}`, sk: `SHARELINK#${id}` });
export const collectionKey = (id: string): Key => ({ pk: `COLLECTION#${id}`, sk: 'COLLECTION' });
export const teamCollectionKey = (teamId: string, id: string): Key => ({
  pk: `TEAM#${teamId}`,
  sk: `COLLECTION#${id}`,
});
/** A saved view of a person in a team, or of the team where no person is named. */
export const savedViewKey = (teamId: string, userId: string | undefined, id: string): Key => ({
  pk: `TEAM#${teamId}`,
  sk: userId === undefined ? `VIEW#TEAM#${id}` : `VIEW#USER#${userId}#${id}`,
});
/** A retained version of a record's file. */
export const versionKey = ({ mediaId, fileVersion }: ObjectRef): Key => ({
  pk: `MEDIA#${mediaId}`,
  sk: `VERSION#${fileVersion}`,
});
/** The number of references to an object; there is no such item while it is one. */
export const objectKey = ({ fileVersion }: ObjectRef): Key => ({ pk: `OBJECT#${fileVersion}`, sk: 'OBJECT' });
/** A version that references the object of another. */
export const holderKey = (place: ObjectRef, fileVersion: string): Key => ({
  pk: objectKey(place).pk,
  sk: `HOLDER#${fileVersion}`,
});
export const attemptsKey = (subject: string): Key => ({ pk: `ATTEMPTS#${subject}`, sk: 'ATTEMPTS' });
/** A mailed token for a new password. */
export const resetKey = (hash: string): Key => ({ pk: `RESET#${hash}`, sk: 'RESET' });
/** The mark of a mail that was sent. */
export const mailKey = (id: string): Key => ({ pk: `MAIL#${id}`, sk: 'MAIL' });
export const ticketKey = (hash: string): Key => ({ pk: `TICKET#${hash}`, sk: 'TICKET' });

export const aliasKey = (alias: number): Key => ({ pk: `ALIAS#${alias}`, sk: 'ALIAS' });

export const tagKey = (id: string): Key => ({ pk: `TAG#${id}`, sk: 'TAG' });
export const tagWorkKey = (id: string): Key => ({ pk: `TAG#${id}`, sk: 'WORK' });
export const teamTagKey = (teamId: string, slug: string): Key => ({ pk: `TEAM#${teamId}`, sk: `TAG#${slug}` });
/** The tag that has names of this identity. */
export const tagNameKey = (teamId: string, name: string): Key => ({
  pk: `TEAM#${teamId}`,
  sk: `TAGNAME#${tagIdentity(name)}`,
});
export const taggedKey = (tagId: string, mediaId: string): Key => ({ pk: `TAG#${tagId}`, sk: `MEDIA#${mediaId}` });

export const termsKey = (mediaId: string): Key => ({ pk: `TERMS#${mediaId}`, sk: 'TERMS' });
/** The partition of a term's entries; entries of older rules can be in another one. */
export const termPk = (teamId: string, term: string, rules?: number): string =>
  `TERM#${teamId}#${termPrefix(term, rules)}`;
export const termKey = (teamId: string, term: string, mediaId: string, rules?: number): Key => ({
  pk: termPk(teamId, term, rules),
  sk: `${term}#${mediaId}`,
});
/** Counts of a team's listed records, and of each bucket of each order. A rebuild begins another generation. */
export const rankedKey = (teamId: string): Key => ({ pk: `RANK#${teamId}`, sk: 'RANKED' });
export const bucketsPk = (teamId: string, generation: string, order: string): string =>
  `RANK#${teamId}#${generation}#${order}`;
/** A bucket ends at the bound of the next one; the lowest has no bound. */
export const bucketSk = (bound: string): string => `#${bound}`;

/** Above all text that begins with the same letters; `begins_with` means the same and is slower on some engines. */
export const ABOVE = '\u{10ffff}';

export const rateKey = (subject: string, window: number): Key => ({ pk: `RATE#${subject}`, sk: `WINDOW#${window}` });
/** The claims of a team, all guests or a person. */
export const claimsKey = (share: string): Key => ({ pk: `CLAIMS#${share}`, sk: 'CLAIMS' });
export const idempotencyItemKey = (hash: string): Key => ({ pk: `IDEMPOTENCY#${hash}`, sk: 'ANSWER' });

export const connectionKey = (id: string): Key => ({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' });
/** The open connections of a person, in all of their teams, or of all guests of one address. */
export const connectionsKey = (userId: string): Key => ({ pk: `CONNECTIONS#${userId}`, sk: 'OPEN' });
/** The connections of a person in a team whose access has ended and that still have places in channels. */
export const endedConnectionsKey = (teamId: string, userId: string): Key => ({
  pk: `ENDED#${teamId}`,
  sk: `USER#${userId}`,
});
/** How many places in channels the connections of a person have together. */
export const placesKey = (userId: string): Key => ({ pk: `CONNECTIONS#${userId}`, sk: 'PLACES' });
/** How many channels a person has begun on a day. */
export const begunKey = (userId: string, day: string): Key => ({ pk: `CONNECTIONS#${userId}`, sk: `BEGUN#${day}` });
export const channelPk = (teamId: string, channel: string): string => `CHANNEL#${teamId}#${channel}`;
export const subscriberKey = (teamId: string, channel: string, connectionId: string): Key => ({
  pk: channelPk(teamId, channel),
  sk: `SUBSCRIBER#${connectionId}`,
});

/** A subscriber that has read its missed events, and waits to rejoin the others. */
export const joiningKey = (teamId: string, channel: string, connectionId: string): Key => ({
  pk: channelPk(teamId, channel),
  sk: `JOINING#${connectionId}`,
});
export const sequenceKey = (teamId: string, channel: string): Key => ({
  pk: channelPk(teamId, channel),
  sk: 'SEQUENCE',
});
const SEQ_DIGITS = 12;
export const eventKey = (teamId: string, channel: string, seq: number): Key => ({
  pk: channelPk(teamId, channel),
  sk: `EVENT#${String(seq).padStart(SEQ_DIGITS, '0')}`,
});
export const roomKey = (teamId: string, name: string): Key => ({ pk: `ROOMS#${teamId}`, sk: `ROOM#${name}` });

export const webhookKey = (teamId: string, id: string): Key => ({ pk: teamKey(teamId).pk, sk: `WEBHOOK#${id}` });
export const attemptKey = (webhookId: string, at: string, messageId: string): Key => ({
  pk: `WEBHOOK#${webhookId}`,
  sk: `${at}#${messageId}`,
});

/** A change of all records that match, and its progress. */
export const bulkKey = (id: string): Key => ({ pk: `BULK#${id}`, sk: 'BULK' });
const PAGE_DIGITS = 8;
/** The records of one of its pages. The stream announces the progress, and not these. */
export const bulkPageKey = (id: string, page: number): Key => ({
  pk: `BULKPAGE#${id}`,
  sk: String(page).padStart(PAGE_DIGITS, '0'),
});

/** That a stream record was placed in the log of a channel. */
export const seenKey = (teamId: string, channel: string, eventId: string): Key => ({
  pk: `SEEN#${teamId}#${channel}#${eventId}`,
  sk: 'SEEN',
});

/** Work that one caller at a time does. */
export const leaseKey = (name: string): Key => ({ pk: `LEASE#${name}`, sk: 'LEASE' });
/** The position of the sweep among the objects of the bucket below a prefix. */
export const sweepCursorKey = (prefix: string): Key => ({ pk: 'SWEEP#CURSOR', sk: prefix });
/** The id that table and bucket are marked with. */
export const generationKey: Key = { pk: 'SWEEP#GENERATION', sk: 'GENERATION' };
/** The version that the data are written in, and the position of a migration that is under way. */
export const dataVersionKey: Key = { pk: 'DATA', sk: 'VERSION' };
/** The position of an operator's walk over the whole table. */
export const rebuildCursorKey = (of: 'SEARCH' | 'METADATA'): Key => ({ pk: 'REBUILD#CURSOR', sk: of });
