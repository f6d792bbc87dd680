import { createHash, createHmac } from 'node:crypto';
import { AwsError } from '../../../../local/ports.ts';
import type { Runtime } from '../../../../local/runtime.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Calls a service of the runtime's AWS endpoint as the operator, signed. An error answer is thrown as an AwsError. */
export const callService = async (
  { addresses, operator }: Pick<Runtime, 'addresses' | 'operator'>,
  service: string,
  target: string,
  input: object,
  path = '/',
): Promise<Record<string, unknown>> => {
  const body = JSON.stringify(input);
  const { host } = new URL(addresses.aws);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const canonical = `POST\n${path}\n\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\nhost;x-amz-date;x-amz-target\n${sha256(body)}`;
  const key = [time.slice(0, 8), 'us-east-1', service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${operator.secretAccessKey}`,
  );
  const signature = hmac(key as Buffer, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const response = await fetch(addresses.aws + path, {
    method: 'POST',
    body,
    headers: {
      'x-amz-date': time,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${operator.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${signature}`,
    },
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  const code = String(answer.__type ?? '').replace(/^.*#/, '');
  throw new AwsError(code, String(answer.message ?? ''), response.status);
};
