import { dropUpload } from './multipart.ts';
import type { S3Engine } from './request.ts';

const DAY_MS = 86_400_000;

/** The objects removed by one pass of the lifecycle rules. */
export interface LifecycleReport {
  readonly expiredObjects: number;
  readonly abortedUploads: number;
}

/** Applies the lifecycle rules of every bucket once. A second pass at the same time finds nothing to do. */
export function applyLifecycle(engine: S3Engine): LifecycleReport {
  const at = engine.clock();
  const cause = { requestId: 'lifecycle', principalArn: 's3.amazonaws.com', sourceAddress: '127.0.0.1' };
  let [expiredObjects, abortedUploads] = [0, 0];
  for (const bucket of engine.buckets.values()) {
    for (const { prefix, expirationDays, abortUploadsAfterDays } of bucket.lifecycleRules) {
      if (expirationDays !== undefined) {
        for (const key of engine.objects.olderThan(bucket.name, prefix, at.getTime() - expirationDays * DAY_MS)) {
          if (engine.publisher.remove(key, { bucket, event: 'LifecycleExpiration:Delete', cause, at }))
            expiredObjects += 1;
        }
      }
      if (abortUploadsAfterDays === undefined) continue;
      for (const { id } of engine.uploads.olderThan(
        bucket.name,
        prefix,
        at.getTime() - abortUploadsAfterDays * DAY_MS,
      )) {
        dropUpload(engine, id);
        abortedUploads += 1;
      }
    }
  }
  engine.uploads.forgetCompletions(at.getTime() - DAY_MS);
  return { expiredObjects, abortedUploads };
}
