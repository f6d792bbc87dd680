import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { postFrom } from '../support/drivers/from-address.ts';
import { mailsTo, mailTo } from '../support/drivers/mails.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let ops: Operator;
let anonymous: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  ops = operator(runtime.ready);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

const cookieOf = (answer: Answer, name: string): string =>
  new RegExp(`^${name}=([^;]*)`).exec(
    answer.headers.getSetCookie().find((each) => each.startsWith(`${name}=`)) ?? '',
  )?.[1] ?? '';
const byCookie = (answer: Answer) => client(runtime.ready, { cookie: `session=${cookieOf(answer, 'session')}` });
const byToken = (answer: Answer) => client(runtime.ready, { authorization: `Bearer ${answer.body.data.accessToken}` });
/** A write, which is always judged by what holds now. */
const mayWrite = async (caller: Client): Promise<boolean> =>
  (await caller.call('POST', '/api/v1/realtime/tickets', { json: {} })).status === 201;

let people = 0;
/** A person with an account and a team of their own. */
const newPerson = async () => {
  people += 1;
  const [email, password] = [`person${people}@example.com`, `the password of ${people}`];
  const { CreateOwnerFunctionName } = runtime.ready.outputs;
  await ops.invoke(CreateOwnerFunctionName, { email, password, teamName: `Team ${people}` });
  const login = (secret = password) =>
    anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: secret } });
  return { email, password, login };
};
const refresh = (token: string) => anonymous.call('POST', '/api/v1/auth/refresh', { json: { refreshToken: token } });

describe('a refresh token', () => {
  it('is exchanged for new cookies and a new access token, by cookie and by body', async () => {
    const first = await (await newPerson()).login();
    const second = await anonymous.call('POST', '/api/v1/auth/refresh', {
      json: {},
      headers: { cookie: `refreshToken=${cookieOf(first, 'refreshToken')}` },
    });
    expect(second.status).toBe(200);
    expect(second.body.data).toMatchObject({ expiresIn: 900, user: first.body.data.user, team: first.body.data.team });
    const third = await refresh(cookieOf(second, 'refreshToken'));
    expect(third.status).toBe(200);
    const tokens = [first, second, third].map((answer) => cookieOf(answer, 'refreshToken'));
    expect(new Set(tokens).size).toBe(3);
    for (const answer of [first, second, third]) expect(await mayWrite(byToken(answer))).toBe(true);
    expect(await mayWrite(byCookie(third))).toBe(true);
    const stored = JSON.stringify(await ops.items());
    for (const secret of tokens.flatMap((token) => token.split('.').slice(1))) expect(stored).not.toContain(secret);
  });

  it('gives two tabs that refresh at once the same login', async () => {
    const token = cookieOf(await (await newPerson()).login(), 'refreshToken');
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => cookieOf(answer, 'refreshToken'))).size).toBe(1);
    expect(await mayWrite(byCookie(answers[0] as Answer))).toBe(true);
  });

  it('ends the whole login when one comes back that was used before', async () => {
    const first = await (await newPerson()).login();
    const second = await refresh(cookieOf(first, 'refreshToken'));
    const third = await refresh(cookieOf(second, 'refreshToken'));
    expect((await refresh(cookieOf(first, 'refreshToken'))).status).toBe(401);
    for (const answer of [second, third]) {
      expect((await refresh(cookieOf(answer, 'refreshToken'))).status).toBe(401);
      expect(await mayWrite(byToken(answer))).toBe(false);
      expect(await mayWrite(byCookie(answer))).toBe(false);
    }
  });

  it('ends nothing when a client makes one up', async () => {
    const login = await (await newPerson()).login();
    const token = cookieOf(login, 'refreshToken');
    const [id, family, secret] = token.split('.');
    const madeUp = [
      `${id}.${secret}.${secret}`,
      `${id}.${family}`,
      `${id}..`,
      'x',
      `${crypto.randomUUID()}.${family}.${secret}`,
    ];
    for (const each of madeUp) expect([each, (await refresh(each)).status]).toEqual([each, 401]);
    expect((await anonymous.call('POST', '/api/v1/auth/refresh', { json: {} })).status).toBe(401);
    expect((await refresh(token)).status).toBe(200);
  });

  it('is nothing that another site could use, nor a credential anywhere else', async () => {
    const login = await (await newPerson()).login();
    const token = cookieOf(login, 'refreshToken');
    const cookie = `refreshToken=${token}`;
    const fromElsewhere = await anonymous.call('POST', '/api/v1/auth/refresh', {
      json: {},
      headers: { cookie, origin: 'https://evil.example' },
    });
    expect(fromElsewhere.status).toBe(403);
    for (const credential of [
      { cookie },
      { cookie: `session=${token}` },
      { authorization: `Bearer ${token}` },
    ] as Record<string, string>[]) {
      expect((await client(runtime.ready, credential).call('GET', '/api/v1/media')).status).toBe(401);
    }
    expect((await refresh(token)).status).toBe(200);
  });

  it('does not outlive the logout', async () => {
    const login = await (await newPerson()).login();
    expect((await byToken(login).call('POST', '/api/v1/auth/logout')).status).toBe(200);
    expect((await refresh(cookieOf(login, 'refreshToken'))).status).toBe(401);
  });
});

describe('a change of the password', () => {
  it('ends all logins at once, and answers with a new one to the caller', async () => {
    const { login, password } = await newPerson();
    const [own, other] = [await login(), await login()];
    const change = (json: unknown) => byCookie(own).call('POST', '/api/v1/auth/password', { json });
    expect((await change({ currentPassword: 'wrong password', newPassword: 'another password' })).status).toBe(400);
    expect((await change({ currentPassword: password, newPassword: 'short' })).status).toBe(400);
    expect(await mayWrite(byToken(other))).toBe(true);
    const fresh = await change({ currentPassword: password, newPassword: 'another password' });
    expect(fresh.status).toBe(200);
    expect(await mayWrite(byToken(fresh))).toBe(true);
    expect(await mayWrite(byCookie(fresh))).toBe(true);
    // The cookies of the browser that asked may be those that a thief has copied.
    for (const ended of [own, other]) {
      expect(await mayWrite(byToken(ended))).toBe(false);
      expect(await mayWrite(byCookie(ended))).toBe(false);
      expect((await refresh(cookieOf(ended, 'refreshToken'))).status).toBe(401);
    }
    expect((await refresh(cookieOf(fresh, 'refreshToken'))).status).toBe(200);
    expect((await login()).status).toBe(401);
    expect((await login('another password')).status).toBe(200);
  });

  it('is refused to an API key', async () => {
    const json = { currentPassword: runtime.ready.password, newPassword: 'another password' };
    expect((await client(runtime.ready).call('POST', '/api/v1/auth/password', { json })).status).toBe(403);
  });
});

describe('a new password by mail', () => {
  const request = (email: string, language = 'en') =>
    anonymous.call('POST', '/api/v1/auth/password-resets', { json: { email, language } });
  const use = (token: string, newPassword: string) =>
    anonymous.call('POST', '/api/v1/auth/password-resets/use', { json: { token, newPassword } });

  it('is answered alike for an unknown address, and mailed to the person in their language', async () => {
    const { email } = await newPerson();
    const [unknown, known] = [await request('no.person@example.com'), await request(email.toUpperCase(), 'de')];
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    expect(known.status).toBe(202);
    const mail = await mailTo(runtime.ready, email);
    expect(mail.subject).toBe('Neues Passwort wählen');
    expect(mail.address.startsWith(`${runtime.ready.http}/app/new-password#token=`)).toBe(true);
    expect(await mailsTo(runtime.ready, 'no.person@example.com')).toEqual([]);
  });

  it('is set once by any of the mailed tokens, which are stored as hashes, and ends all logins', async () => {
    const { email, login } = await newPerson();
    const before = await login();
    await request(email);
    await request(email);
    const { token } = await mailTo(runtime.ready, email, 2);
    const [, older] = await mailsTo(runtime.ready, email);
    expect(JSON.stringify(await ops.items())).not.toContain(token);
    expect((await use(token, 'password123')).status).toBe(400);
    const answers = await Promise.all([use(token, 'another password 1'), use(token, 'another password 2')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect((await use(older?.token ?? '', 'another password 3')).status).toBe(404);
    expect([await mayWrite(byToken(before)), await mayWrite(byCookie(before))]).toEqual([false, false]);
    expect((await refresh(cookieOf(before, 'refreshToken'))).status).toBe(401);
    expect((await login()).status).toBe(401);
    const chosen = answers[0]?.status === 200 ? 'another password 1' : 'another password 2';
    expect((await login(chosen)).status).toBe(200);
  });

  it('ends what was set up under an address that no mail had proved, and leaves it once one has', async () => {
    const { email, login } = await newPerson();
    const keyOf = async (answer: Answer) =>
      (await byToken(answer).call('POST', '/api/v1/api-keys', { json: { name: 'k', scopes: ['media:read'] } })).body
        .data.key as string;
    const isOpen = async (key: string) =>
      (await client(runtime.ready, { authorization: `Bearer ${key}` }).call('GET', '/api/v1/media')).status === 200;
    const first = await keyOf(await login());
    await request(email);
    await use((await mailTo(runtime.ready, email)).token, 'another password 1');
    expect(await isOpen(first)).toBe(false);
    const second = await keyOf(await login('another password 1'));
    await request(email);
    await use((await mailTo(runtime.ready, email, 2)).token, 'another password 2');
    expect(await isOpen(second)).toBe(true);
  });

  it('is requested four times an hour, whether there is such a person or not', async () => {
    for (const email of [(await newPerson()).email, 'no.person.either@example.com']) {
      const answers = [];
      for (let time = 0; time < 5; time += 1) answers.push((await request(email)).status);
      expect(answers).toEqual([202, 202, 202, 202, 429]);
    }
  });
});

describe('guessing a password', () => {
  it('is over after ten wrong ones, for a known and an unknown address alike, and the right one waits as well', async () => {
    const { email, password } = await newPerson();
    for (const address of [email, 'nobody@example.com']) {
      const attempt = (secret: string) =>
        anonymous.call('POST', '/api/v1/auth/login', { json: { email: address, password: secret } });
      const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => attempt(`guess number ${index}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(401), 429, 429]);
      const late = await attempt(password);
      expect(late.status).toBe(429);
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(800);
      expect(late.body).toEqual({ success: false, error: 'Too many attempts', details: { code: 'RATE_LIMITED' } });
    }
  });

  it('from one address locks out neither other addresses, nor known devices, nor signed-in people', async () => {
    const { email, password, login } = await newPerson();
    const own = await login();
    const device = `device=${cookieOf(own, 'device')}`;
    const guesses = Array.from({ length: 12 }, (_, index) =>
      anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: `guess number ${index}` } }),
    );
    await Promise.all(guesses);
    expect((await login()).status).toBe(429);
    expect(await postFrom(runtime.ready, '127.0.0.2', '/api/v1/auth/login', { email, password })).toBe(200);
    const known = await client(runtime.ready, { cookie: device }).call('POST', '/api/v1/auth/login', {
      json: { email, password },
    });
    expect(known.status).toBe(200);
    const changed = await byCookie(own).call('POST', '/api/v1/auth/password', {
      json: { currentPassword: password, newPassword: 'quite another password' },
    });
    expect(changed.status).toBe(200);
    expect(cookieOf(changed, 'device')).not.toBe('');
  });

  it('does not count the right one', async () => {
    const { login } = await newPerson();
    for (let time = 0; time < 12; time += 1) expect((await login()).status).toBe(200);
  });
});

describe('a guest', () => {
  const enter = () => anonymous.call('POST', '/api/v1/auth/guest', { json: {} });

  it('is logged in to a team of their own that no other person sees', async () => {
    const [one, other] = [await enter(), await enter()];
    expect(one.status).toBe(200);
    expect(one.body.data.user).toMatchObject({ email: null, guestUntil: expect.any(String) });
    expect(one.body.data.team.id).not.toBe(other.body.data.team.id);
    const { mediaId } = await byToken(one).upload({ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('guest') });
    expect((await byToken(one).call('GET', `/api/v1/media/${mediaId}`)).status).toBe(200);
    expect((await byToken(other).call('GET', `/api/v1/media/${mediaId}`)).status).toBe(404);
  });

  it('has a small quota', async () => {
    const guest = byCookie(await enter());
    expect((await guest.call('GET', '/api/v1/usage')).body.data.quotaBytes).toBe(100 * 1024 * 1024);
    const film = { filename: 'a.mp4', fileSize: 60 * 1024 * 1024, mimeType: 'video/mp4' };
    expect((await guest.call('POST', '/api/v1/uploads', { json: film })).status).toBe(201);
    const second = await guest.call('POST', '/api/v1/uploads', { json: film });
    expect(second.body.details.code).toBe('QUOTA_EXCEEDED');
  });

  it('has few records, and none that lie elsewhere', async () => {
    const guest = byToken(await enter());
    expect((await guest.call('GET', '/api/v1/usage')).body.data).toMatchObject({ records: 0, quotaRecords: 1000 });
    const json = { url: 'https://evil.example/login', filename: 'a.pdf', fileSize: 1, mimeType: 'application/pdf' };
    expect((await guest.call('POST', '/api/v1/media', { json })).status).toBe(403);
    expect((await guest.call('GET', '/api/v1/usage')).body.data.records).toBe(0);
  });

  it('makes no keys, teams or invitations, and has no password', async () => {
    const answer = await enter();
    const guest = byToken(answer);
    const { id } = answer.body.data.team;
    const attempts = [
      ['/api/v1/api-keys', { name: 'k', scopes: ['media:read'] }],
      ['/api/v1/teams', { name: 'Mine' }],
      [`/api/v1/teams/${id}/invitations`, { email: 'a@example.com', role: 'viewer' }],
    ] as const;
    for (const [path, json] of attempts) {
      expect([path, (await guest.call('POST', path, { json })).status]).toEqual([path, 403]);
    }
    const json = { currentPassword: '', newPassword: 'a password of mine' };
    expect((await guest.call('POST', '/api/v1/auth/password', { json })).status).toBe(409);
  });
});
