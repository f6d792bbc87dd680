import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnFunction } from 'aws-cdk-lib/aws-cloudfront';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** The programs that run at the edge, each one file of `functions/edge/`. */
const PROGRAMS = {
  viewer: 'Tells the API the address of the visitor',
  media: 'Folds what an answer of /m depends on into the key of the cache',
  rendition: 'Leads an address below /o to its object',
} as const;
type Program = keyof typeof PROGRAMS;

/** What CloudFront takes for one function. */
const MOST_BYTES = 10_240;

const FOLDER = join(import.meta.dirname, '..', '..', 'functions', 'edge');

/** The CloudFront Functions of the distribution. */
export class EdgeFunctions extends Construct {
  private readonly arns: Readonly<Record<Program, string>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const made = Object.entries(PROGRAMS).map(([name, comment]) => [name, this.program(name, comment)] as const);
    this.arns = Object.fromEntries(made) as Record<Program, string>;
  }

  /** Runs a program for each request of a behaviour, before the cache is asked. */
  onRequest(program: Program) {
    return [{ eventType: 'viewer-request', functionArn: this.arns[program] }];
  }

  private program(name: string, comment: string): string {
    const functionCode = readFileSync(join(FOLDER, `${name}.js`), 'utf8');
    const bytes = Buffer.byteLength(functionCode);
    if (bytes > MOST_BYTES) throw new Error(`functions/edge/${name}.js has ${bytes} bytes, and CloudFront takes 10240`);
    const made = new CfnFunction(this, name, {
      name: `${Aws.STACK_NAME}-${name}`,
      autoPublish: true,
      functionCode,
      functionConfig: { comment, runtime: 'cloudfront-js-2.0' },
    });
    return made.attrFunctionArn;
  }
}
