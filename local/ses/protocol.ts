import { randomUUID } from 'node:crypto';
import { type AwsService, answerJson, jsonBody } from '../aws/protocol.ts';
import { type AccessControl, AwsError, LOCAL_ACCOUNT, LOCAL_REGION, type Principal } from '../ports.ts';
import { isRecord, type Json } from '../template/json.ts';
import type { MailFolder } from './mail-folder.ts';

const SEND = '/v2/email/outbound-emails';

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (isRecord(inner as Json) ? (inner as Record<string, Json>)[key] : undefined),
    value,
  );

const text = (value: unknown, name: string): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('BadRequestException', `${name} is missing.`);
};

/** The address in `"Name" <address>`, as SES reads it. */
const addressIn = (from: string): string => (/<([^<>]+)>$/.exec(from)?.[1] ?? from).trim();

/** SES's SendEmail with simple content: a mail is kept as a file, and reaches no other machine. */
export const createMailService =
  (folder: MailFolder, access: AccessControl): AwsService =>
  async ({ principal, method, url, body }, response) => {
    if (method !== 'POST' || url.split('?', 1)[0] !== SEND) {
      throw new AwsError('NotFoundException', `SES has no ${method} ${url} here.`, 404);
    }
    const request = jsonBody(body);
    const from = text(request.FromEmailAddress, 'FromEmailAddress');
    const address = addressIn(from);
    authorize(access, principal, address);
    const to = at(request, 'Destination', 'ToAddresses');
    if (!Array.isArray(to) || to.length === 0) throw new AwsError('BadRequestException', 'A mail needs a recipient.');
    const id = randomUUID();
    folder.keep({
      id,
      at: new Date().toISOString(),
      from,
      to: to.map((each) => text(each, 'ToAddresses')),
      subject: text(at(request, 'Content', 'Simple', 'Subject', 'Data'), 'Subject'),
      text: text(at(request, 'Content', 'Simple', 'Body', 'Text', 'Data'), 'Text'),
      html: text(at(request, 'Content', 'Simple', 'Body', 'Html', 'Data'), 'Html'),
    });
    answerJson(response, 200, { MessageId: id }, 'application/json');
  };

/** The identity that proves an address is the address itself, its domain, or a domain above. */
const authorize = (access: AccessControl, principal: Principal, address: string): void => {
  const labels = address.slice(address.indexOf('@') + 1).split('.');
  const identities = [address, ...labels.map((_, index) => labels.slice(index).join('.'))];
  const refusals = identities.map((identity) => {
    try {
      const arn = `arn:aws:ses:${LOCAL_REGION}:${LOCAL_ACCOUNT}:identity/${identity}`;
      access.authorize(principal, 'ses:SendEmail', arn, { 'ses:FromAddress': address });
      return undefined;
    } catch (error) {
      return error;
    }
  });
  if (!refusals.includes(undefined)) throw refusals[0];
};
