import { allowObject } from './authorization.ts';
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

/** PutObjectTagging: the tags given take the place of those that were there. */
export const putTags: Operation = async (engine, request) => {
  allowObject(engine, request, 's3:PutObjectTagging');
  const object = existing(engine, request);
  const [set = {}] = elements(parseXml(await readText(request), 'Tagging'), 'TagSet');
  const tags = elements(set, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
  const names = new Set(tags.map(([name]) => name));
  const fits = tags.every(
    ([name, value]) => name !== '' && name.length <= LONGEST_KEY && value.length <= LONGEST_VALUE,
  );
  if (tags.length > MOST_TAGS || names.size < tags.length || !fits) throw s3Error('InvalidTag');
  engine.objects.putTags(object, Object.fromEntries(tags));
  return { status: 200 };
};
