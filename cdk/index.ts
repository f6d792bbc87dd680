import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Route } from '../lib/http-api.ts';
import { Mediashelf as Library } from '../lib/mediashelf.ts';
import type { MediashelfOutputs } from '../lib/outputs.ts';
import type { SettingsInput as MediashelfSettings } from '../lib/settings/schema.ts';
import { parseSettings } from '../lib/settings/settings.ts';

export { SettingsError } from '../lib/settings/settings-error.ts';
export type { MediashelfOutputs, MediashelfSettings };

/** What is built when the package is: the routes, bundles of the functions, and the packages of the layers. */
const BUILT = join(import.meta.dirname, '..', '..', 'built');

const routes = (): readonly Route[] => JSON.parse(readFileSync(join(BUILT, 'routes.json'), 'utf8'));

/**
 * A media library in a stack of your own: a table, a bucket, two APIs, and a function for each operation. Names of its resources
 * begin with that of the stack, so a stack has one library.
 *
 *     const media = new Mediashelf(stack, 'Media', { retentionDays: 7 });
 *     new CfnOutput(stack, 'MediaUrl', { value: media.outputs.HttpApiUrl });
 *
 * @throws SettingsError, which names every wrong setting and the allowed values.
 */
export class Mediashelf extends Construct {
  /** Addresses and names, for clients and operators. */
  readonly outputs: MediashelfOutputs;
  /** Records, tags, people and all else; its stream feeds search and events. */
  readonly table: ITable;
  /** Originals under `originals/`, renditions under `renditions/`. */
  readonly bucket: IBucket;
  /** The functions behind the HTTP API. */
  readonly functions: readonly IFunction[];

  constructor(scope: Construct, id: string, settings: MediashelfSettings = {}) {
    super(scope, id);
    const library = new Library(this, 'Default', {
      settings: parseSettings(settings),
      routes: routes(),
      bundles: (name) => join(BUILT, 'functions', name),
      sharpFolder: join(BUILT, 'sharp'),
      ocrFolder: join(BUILT, 'ocr'),
    });
    this.outputs = library.outputs;
    this.table = library.table;
    this.bucket = library.bucket;
    this.functions = library.functions;
  }

  /** Lets a role or function of yours read the files, without asking who may see them. */
  grantReadFiles(grantee: IGrantable): void {
    for (const prefix of ['originals/*', 'renditions/*']) this.bucket.grantRead(grantee, prefix);
  }
}
