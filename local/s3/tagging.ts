import { allow, allowObject } from './authorization.ts';
import { readText } from './body.ts';
import { s3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';
import type { Operation, S3Engine, S3Request } from './request.ts';
import { elements, parseXml, textOf, xmlDocument } from './xml.ts';

const MOST_TAGS = 10;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

const existing = (engine: S3Engine, { bucket, key }: S3Request): StoredObject => {
  const object = engine.objects.get(bucket.name, key);
  if (!object) throw s3Error('NoSuchKey');
  return object;
};

/** GetObjectTagging. */
export const getTags: Operation = (engine, request) => {
  allowObject(engine, request, 's3:GetObjectTagging');
  const tags = engine.objects.tags(existing(engine, request));
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { status: 200, xml: xmlDocument('Tagging', { TagSet: { Tag } }) };
};

/** PutObjectTagging: the given tags replace the present ones. */
export const putTags: Operation = async (engine, request) => {
  allowObject(engine, request, 's3:PutObjectTagging');
  const object = existing(engine, request);
  const [set = {}] = elements(parseXml(await readText(request), 'Tagging'), 'TagSet');
  const tags = elements(set, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
  engine.objects.putTags(object, checkTags(tags));
  return { status: 200 };
};

type Tags = Readonly<Record<string, string>>;

const checkTags = (tags: readonly (readonly [string, string])[]): Tags => {
  const names = new Set(tags.map(([name]) => name));
  const fits = tags.every(
    ([name, value]) => name !== '' && name.length <= LONGEST_KEY && value.length <= LONGEST_VALUE,
  );
  if (tags.length > MOST_TAGS || names.size < tags.length || !fits) throw s3Error('InvalidTag');
  return Object.fromEntries(tags);
};

/** The tags in a write's header; setting them needs a separate permission. */
export const tagsIn = (engine: S3Engine, request: S3Request): Tags => {
  const header = request.header('x-amz-tagging');
  if (header === undefined || header === '') return {};
  allowObject(engine, request, 's3:PutObjectTagging');
  return checkTags([...new URLSearchParams(header)]);
};

/** The tags of a copy: those of its source, unless the request says `REPLACE`. */
export const copiedTags = (engine: S3Engine, request: S3Request, source: StoredObject): Tags => {
  if (request.header('x-amz-tagging-directive')?.toUpperCase() === 'REPLACE') return tagsIn(engine, request);
  const tags = engine.objects.tags(source);
  if (Object.keys(tags).length === 0) return tags;
  allow(engine, request, 's3:GetObjectTagging', `arn:aws:s3:::${source.bucket}/${source.key}`);
  allowObject(engine, request, 's3:PutObjectTagging');
  return tags;
};

/** Tags the object that a request has just written. */
export const tagWith = (engine: S3Engine, { bucket, key }: S3Request, at: Date, tags: Tags): void => {
  if (Object.keys(tags).length === 0) return;
  engine.objects.putTags({ bucket: bucket.name, key, modified: at.getTime() }, tags);
};
