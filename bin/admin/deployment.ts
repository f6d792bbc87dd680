import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Outputs = z.record(z.string(), z.string());
/** The output of `npm start -- --json`: outputs, and the local endpoints. */
const ReadyLine = z.object({
  outputs: Outputs,
  aws: z.string(),
  s3: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});
/** The file of `cdk deploy --outputs-file`: outputs by stack. */
const OutputsFile = z.record(z.string(), Outputs);

/** A running stack, and how the SDK reaches it. */
export interface Deployment {
  /** The value of an output; throws when the deployment has none of this name. */
  output(name: string): string;
  /** The endpoint of S3, where it is another one. */
  readonly s3Endpoint?: string;
  readonly client: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

export interface Whereabouts {
  /** A file of outputs: of `npm run deploy`, or the ready line of the local runtime. */
  readonly outputsFile: string;
  readonly stack: string;
  readonly endpoint?: string | undefined;
  /** Outputs that are given by hand. */
  readonly given: Readonly<Record<string, string | undefined>>;
}

/** Finds a deployment by the files that its deployment, or the local runtime, wrote. */
export const findDeployment = ({ outputsFile, stack, endpoint, given }: Whereabouts): Deployment => {
  const found = read(outputsFile);
  const ready = ReadyLine.safeParse(found);
  const outputs = ready.success ? ready.data.outputs : OutputsFile.safeParse(found).data?.[stack];
  const local = ready.success ? { endpoint: ready.data.aws, region: ready.data.region, credentials: ready.data } : {};
  return {
    output: (name) => {
      const value = given[name] ?? outputs?.[name];
      if (value !== undefined) return value;
      throw new Error(
        outputs === undefined
          ? `${outputsFile} does not tell of a stack ${stack}; \`npm run deploy\` writes it, or name one with --outputs`
          : `${outputsFile} has no output ${name}; deploy again with this version`,
      );
    },
    ...(ready.success ? { s3Endpoint: ready.data.s3 } : {}),
    client: { ...local, ...(endpoint === undefined ? {} : { endpoint }) },
  };
};

const read = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
};
