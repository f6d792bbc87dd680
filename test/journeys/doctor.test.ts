import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, type Answers, READY_ACCOUNT, READY_WEB_ACL, startAccount } from '../support/drivers/aws-account.ts';

const REGION = 'eu-west-1';
const SIGNED_IN = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: REGION };

/** Runs the program with nothing of this machine's own AWS configuration. */
const doctor = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ['bin/doctor.ts', ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output, errors };
};

/** Runs it against an account that differs from one that is ready. */
const examine = async (changes: Answers, args: readonly string[] = []) => {
  const account = await startAccount({ ...READY_ACCOUNT, ...changes });
  try {
    return { ...(await doctor(args, { ...SIGNED_IN, AWS_ENDPOINT_URL: account.url })), asked: account.asked };
  } finally {
    await account.stop();
  }
};

const certificate = (region = REGION, account = ACCOUNT) => [
  ...['-c', 'domain.name=media.example.com'],
  ...['-c', `domain.certificateArn=arn:aws:acm:${region}:${account}:certificate/1`],
];

/** An edge with a domain and a web ACL; the stack goes to another region. */
const edge = (domain = 'media.example.com', account = ACCOUNT) => [
  ...['-c', `edge.domain=${domain}`],
  ...['-c', `edge.certificateArn=arn:aws:acm:us-east-1:${account}:certificate/1`],
  ...['-c', `edge.webAclArn=arn:aws:wafv2:us-east-1:${account}:global/webacl/edge/1`],
];
const MAIL = ['-c', 'mail.from=media@example.com'];

describe('the doctor', () => {
  it('finds nothing to say of an account that is ready', async () => {
    const { code, output, asked } = await examine({}, [...certificate(), ...MAIL]);
    expect(output).not.toMatch(/FAILS|warning|unknown/);
    expect(output).toContain(`account ${ACCOUNT}`);
    expect(output).toContain('Docker                not needed');
    expect(output).toContain('issued for media.example.com');
    expect(output).toContain('example.com is verified');
    expect(code).toBe(0);
    expect(new Set(asked)).toEqual(new Set(Object.keys(READY_ACCOUNT)));
  });

  it.each([
    ['GetParameter', 'ParameterNotFound', `npx cdk bootstrap aws://${ACCOUNT}/${REGION}`],
    ['GetParameter', { Parameter: { Value: '4' } }, `npx cdk bootstrap aws://${ACCOUNT}/${REGION}`],
    [
      'GetAccountSettings',
      { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } },
      '--service-code lambda --quota-code L-B99A9384 --desired-value 1000',
    ],
    [
      'GetAccountSettings',
      { AccountLimit: { ConcurrentExecutions: 1500, UnreservedConcurrentExecutions: 300 } },
      '--desired-value 2200',
    ],
    ['GetServiceQuota', { Quota: { Value: 20 } }, '--service-code apigateway --quota-code L-65B5C802'],
    ['GetCallerIdentity', 'ExpiredToken', 'aws sso login'],
  ])('fails when %s answers %j, and says what to do', async (action, answer, advice) => {
    const { code, output } = await examine({ [action]: answer });
    expect(output).toMatch(/^FAILS/m);
    expect(output).toContain(advice);
    expect(code).toBe(1);
  });

  it.each([
    ['is in us-east-1', {}, certificate('us-east-1')],
    ['belongs to account 999999999999', {}, certificate(REGION, '999999999999')],
    [
      'is PENDING_VALIDATION',
      { DescribeCertificate: { Certificate: { Status: 'PENDING_VALIDATION' } } },
      certificate(),
    ],
    [
      'is for example.org',
      { DescribeCertificate: { Certificate: { Status: 'ISSUED', DomainName: 'example.org' } } },
      certificate(),
    ],
  ])('fails when the certificate %s', async (words, changes, args) => {
    const { code, output } = await examine(changes as Answers, args);
    expect(output).toContain(words);
    expect(code).toBe(1);
  });

  it('looks for certificate and web ACL of the edge in us-east-1, wherever the stack goes', async () => {
    const { code, output, asked } = await examine(READY_WEB_ACL, edge());
    expect(output).toMatch(/^ok +edge certificate +issued for media\.example\.com/m);
    expect(output).toMatch(/^ok +edge web ACL +edge, with 1 rules/m);
    expect(asked).toContain('GetWebACL');
    expect(code).toBe(0);
  });

  it.each([
    ['is for example.com, *.example.com', READY_WEB_ACL, edge('media.example.org')],
    ['belongs to account 999999999999', READY_WEB_ACL, edge('media.example.com', '999999999999')],
    ['there is no web ACL edge', { GetWebACL: 'WAFNonexistentItemException' }, edge()],
  ])('fails when what the edge needs is not there: %s', async (words, changes, args) => {
    const { code, output } = await examine(changes as Answers, args);
    expect(output).toContain(words);
    expect(code).toBe(1);
  });

  it.each([
    [
      'example.com is PENDING',
      { GetEmailIdentity: { VerifiedForSendingStatus: false, VerificationStatus: 'PENDING' } },
    ],
    ['SES does not know example.com', { GetEmailIdentity: 'NotFoundException' }],
    ['SES sends nothing', { GetAccount: { ProductionAccessEnabled: true, SendingEnabled: false } }],
  ])('fails when mail cannot be sent: %s', async (words, changes) => {
    const { code, output } = await examine(changes as Answers, MAIL);
    expect(output).toContain(words);
    expect(code).toBe(1);
  });

  it('warns of what a small library does not meet, and of what it may not look at', async () => {
    const { code, output } = await examine({
      DescribeLimits: { TableMaxReadCapacityUnits: 10_000, TableMaxWriteCapacityUnits: 10_000 },
      GetServiceQuota: 'AccessDeniedException',
    });
    expect(output).toMatch(/^warning {2}DynamoDB table units +10000 read and 10000 write units/m);
    expect(output).toMatch(/^unknown {2}HTTP API routes +AccessDeniedException/m);
    expect(output).toContain('servicequotas:GetServiceQuota');
    expect(code).toBe(0);
  });

  it('needs Docker for the image of the upload gateway alone', async () => {
    const gateway = ['-c', 'uploadGateway.name=forms.example.com'];
    const arn = ['-c', `uploadGateway.certificateArn=arn:aws:acm:${REGION}:${ACCOUNT}:certificate/1`];
    const account = await startAccount(READY_ACCOUNT);
    const run = (CDK_DOCKER: string) =>
      doctor([...gateway, ...arn], { ...SIGNED_IN, AWS_ENDPOINT_URL: account.url, CDK_DOCKER });
    try {
      const [without, with_] = await Promise.all([run('/nonexistent/docker'), run('/bin/echo')]);
      expect(without).toMatchObject({ code: 1, output: expect.stringContaining('needs it to build its image') });
      expect(with_).toMatchObject({ code: 0, output: expect.stringContaining('uploadGateway certificate') });
    } finally {
      await account.stop();
    }
  });

  it('says that region or credentials are missing, and looks no further', async () => {
    const { AWS_REGION: _, ...nowhere } = SIGNED_IN;
    expect(await doctor([], nowhere)).toMatchObject({ code: 1, output: expect.stringContaining('set AWS_REGION') });
    const nameless = await doctor([], { AWS_DEFAULT_REGION: REGION });
    expect(nameless).toMatchObject({ code: 1, output: expect.stringContaining('Could not load credentials') });
    expect(nameless.output).toContain(REGION);
  });

  it('names a wrong setting as the deployment would', async () => {
    const { code, errors } = await doctor(['-c', 'retentionDays=never'], SIGNED_IN);
    expect(code).toBe(1);
    expect(errors).toContain('retentionDays');
  });
});
