import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';
import { drive } from '../drive.page.js';

/** An endpoint is an address with a token in it, or one with the headers to send there. */
globalThis.page = drive({
  Uppy,
  GoldenRetriever,
  use: (uppy, { endpoint, ...options }) =>
    uppy.use(AwsS3, typeof endpoint === 'string' ? { endpoint, ...options } : { ...endpoint, ...options }),
});
