import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';
import { drive } from '../drive.page.js';

globalThis.page = drive({
  Uppy,
  GoldenRetriever,
  use: (uppy, { endpoint, ...options }) => uppy.use(AwsS3, { companionEndpoint: endpoint, ...options }),
});
