import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** AWS's answer to one action; a string is the code of an error. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>> | string>>;

export const ACCOUNT = '123456789012';

/** An account in which everything is as a deployment needs it. */
export const READY_ACCOUNT: Answers = {
  GetCallerIdentity: { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/operator` },
  GetParameter: { Parameter: { Name: '/cdk-bootstrap/hnb659fds/version', Value: '21' } },
  GetAccountSettings: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } },
  GetServiceQuota: 'NoSuchResourceException',
  DescribeLimits: { TableMaxReadCapacityUnits: 40_000, TableMaxWriteCapacityUnits: 40_000 },
  GetEmailIdentity: { VerifiedForSendingStatus: true, VerificationStatus: 'SUCCESS' },
  GetAccount: { ProductionAccessEnabled: true, SendingEnabled: true, SendQuota: { Max24HourSend: 50_000 } },
  DescribeCertificate: {
    Certificate: { Status: 'ISSUED', DomainName: 'example.com', SubjectAlternativeNames: ['*.example.com'] },
  },
};

/** AWS's answer where the settings name a web ACL. */
export const READY_WEB_ACL: Answers = {
  GetWebACL: { WebACL: { Name: 'edge', Id: '1', Rules: [{ Name: 'common' }] }, LockToken: '1' },
};

/** How each protocol names its action: a header, a field of a form, or the path. */
const actionOf = (target: string | undefined, body: string, path: string): string => {
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  if (path.endsWith('/account-settings')) return 'GetAccountSettings';
  if (path.includes('/v2/email/identities/')) return 'GetEmailIdentity';
  if (path.endsWith('/v2/email/account')) return 'GetAccount';
  return new URLSearchParams(body).get('Action') ?? `unknown: ${path}`;
};

/** AWS as an HTTP server, for programs that call several of its services. */
export const startAccount = async (answers: Answers) => {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const target = request.headers['x-amz-target'];
    const action = actionOf(target === undefined ? undefined : String(target), body, request.url ?? '');
    asked.push(action);
    const answer = answers[action] ?? 'UnknownOperationException';
    const isXml = action === 'GetCallerIdentity';
    const status = typeof answer === 'string' ? 400 : 200;
    response.writeHead(status, {
      'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1',
      ...(typeof answer === 'string' ? { 'x-amzn-errortype': answer } : {}),
    });
    if (!isXml) {
      const refusal = { __type: answer, message: `refused with ${answer}` };
      response.end(JSON.stringify(typeof answer === 'string' ? refusal : answer));
      return;
    }
    response.end(
      typeof answer === 'string'
        ? `<ErrorResponse><Error><Code>${answer}</Code><Message>refused with ${answer}</Message></Error></ErrorResponse>`
        : `<${action}Response><${action}Result>${Object.entries(answer)
            .map(([name, value]) => `<${name}>${value}</${name}>`)
            .join('')}</${action}Result></${action}Response>`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Called actions, in order. */
    asked,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
};
