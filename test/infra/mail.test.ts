import { beforeAll, describe, expect, it } from '@jest/globals';
import { flat, functionOf, ofType, permissionsOf, roleOf, type Synthesized, synthesize } from './synthesized.ts';

const MAILING = ['change-password', 'manage-invitations'] as const;

describe('mail', () => {
  let on: Synthesized;
  let off: Synthesized;
  beforeAll(async () => {
    off = await synthesize();
    on = await synthesize({ settings: { mail: { from: 'media@example.com' } } });
  });

  it('adds nothing while it is off, and functions are told so', () => {
    expect(off.templateText).not.toMatch(/ses:|send-mail/);
    for (const name of MAILING)
      expect(functionOf(off, name).Properties.Environment.Variables.MAIL_QUEUE_URL).toBe('off');
    expect(functionOf(off, 'web').Properties.Environment.Variables.MAIL).toBe('off');
    expect(functionOf(on, 'web').Properties.Environment.Variables.MAIL).toBe('on');
  });

  it('is sent by one function, from one address of one identity', () => {
    const senders = ofType(on, 'AWS::IAM::Role').filter((role) =>
      permissionsOf(role).some((permission) => permission.startsWith('ses:')),
    );
    expect(senders.map(({ Properties }) => Properties)).toEqual([roleOf(on, 'send-mail').Properties]);
    const own = permissionsOf(roleOf(on, 'send-mail')).filter((permission) => permission.startsWith('ses:'));
    expect(own).toEqual(['ses:SendEmail arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/example.com']);
    expect(JSON.stringify(roleOf(on, 'send-mail').Properties)).toContain(
      '"Condition":{"StringEquals":{"ses:FromAddress":"media@example.com"}}',
    );
    expect(flat(functionOf(on, 'send-mail').Properties.Environment.Variables.MAIL_FROM)).toBe(
      '"Mediashelf" <media@example.com>',
    );
  });

  it('writes tokens and marks alone, and holds no secret', () => {
    const permissions = permissionsOf(roleOf(on, 'send-mail'));
    expect(permissions.filter((permission) => permission.startsWith('secretsmanager:'))).toEqual([]);
    const statements = roleOf(on, 'send-mail').Properties.Policies[0].PolicyDocument.Statement;
    expect(statements.filter(({ Effect }: { Effect: string }) => Effect === 'Deny')).toEqual([
      expect.objectContaining({
        Action: 'dynamodb:PutItem',
        Condition: {
          'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': ['RESET#*', 'INVITATION#*', 'MAIL#*'] },
        },
      }),
    ]);
    expect(permissions.filter((permission) => /:(?:UpdateItem|DeleteItem|Scan) /.test(permission))).toEqual([]);
  });

  it('names another identity where the settings do', async () => {
    const named = await synthesize({ settings: { mail: { from: 'media@mail.example.com', identity: 'example.com' } } });
    expect(permissionsOf(roleOf(named, 'send-mail')).join()).toContain(':identity/example.com');
  });
});
