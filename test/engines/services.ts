/** moto as S3, SQS and Secrets Manager: the contract of the product's adapters. */
import { join } from 'node:path';
import { runTests } from './jest.ts';
import { startMoto } from './moto.ts';
import type { Judge } from './verdict.ts';

/** What is about signatures, forms and other origins is left to Ceph's gateway: moto checks no signature and no policy. */
const CONTRACTS = ['test/contract/services/', 'test/contract/s3/objects', 'test/contract/s3/multipart'];
const MINUTES = 10;

/** Cases that moto cannot pass, and why: they run, and count as skipped. A case that is renamed counts again. */
const LACKS: Readonly<Record<string, string>> = {
  'a multipart upload is refused for parts that are repeated, missing or changed, and stays': 'it takes a part twice',
  'a multipart upload is refused for parts out of order': 'it sorts the parts',
  'a multipart upload refuses the part numbers 0 and 10,001': 'it answers NoSuchUpload',
  'a multipart upload lists its parts in pages': 'it says that there is no more',
  'a multipart upload is NoSuchUpload for everything once it is aborted': 'it fails with 500',
  'a multipart upload belongs to its key': 'it looks at the id alone',
  'a multipart upload takes a part by an address that signs its length': 'it checks no signature',
  'a multipart upload carries the checksums of its parts': 'it asks for none',
  'a multipart upload joins CRCs to that of the whole object': 'it joins none',
  'an object gives its checksum back when asked': 'it keeps none',
  'an object is refused when its MD5 is another': 'it compares none',
  'an object is refused under a key of more than 1024 bytes': 'it takes a key of any length',
};
/** Runs the contract suites of services beside the table against moto. */
export const judgeServices: Judge = async ({ folder, programs }) => {
  const moto = await startMoto(programs);
  try {
    const env = {
      ...{ SERVICES_ENDPOINT: moto.url, SERVICES_ENGINE: 'moto', S3_ENDPOINT: moto.url, S3_ENGINE: 'moto' },
      ...{ AWS_ACCESS_KEY_ID: 'OPERATORKEY', AWS_SECRET_ACCESS_KEY: 'operator-secret' },
    };
    const { passed, skipped, failures } = await runTests(CONTRACTS, join(folder, 'services.json'), env, MINUTES);
    const lacking = failures.filter((title) => title in LACKS);
    const failed = failures.filter((title) => !(title in LACKS));
    const left = skipped + lacking.length;
    return {
      figure:
        `S3, SQS and Secrets Manager of moto: ${passed} of ${passed + failed.length} cases of the contract, ` +
        `${left} skipped by name`,
      passed,
      failed: failed.length,
      skipped: left,
      lines: [...failed, ...lacking.map((title) => `skipped: ${title} (moto: ${LACKS[title]})`)],
    };
  } finally {
    await moto.stop();
  }
};
