import { client } from './client.ts';
import { operator } from './operator.ts';
import { type ConnectOptions, connectTo } from './realtime-client.ts';
import type { Runtime } from './runtime.ts';

const PASSWORD = 'a password for all';

/** Teams and people of a runtime, each with the API and the WebSocket as they see them. */
export const teamsOf = ({ ready }: Runtime) => {
  const anonymous = client(ready, {});
  const ops = operator(ready);

  const personWith = (accessToken: string, userId: string, email: string) => {
    const authorization = `Bearer ${accessToken}`;
    return {
      userId,
      email,
      authorization,
      api: client(ready, { authorization }),
      connect: (options: ConnectOptions = {}) =>
        connectTo(ready, { ...options, headers: { authorization, ...options.headers } }),
    };
  };

  const login = async (email: string) => {
    const { body } = await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: PASSWORD } });
    return personWith(body.data.accessToken, body.data.user.id, email);
  };

  /** A person who owns a team of their own. */
  const anOwner = async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const made = await ops.invoke(ready.outputs.CreateOwnerFunctionName, {
      email,
      password: PASSWORD,
      teamName: 'Team',
    });
    const { teamId, apiKey } = made as { teamId: string; apiKey: string };
    return { ...(await login(email)), teamId, apiKey };
  };
  type Owner = Awaited<ReturnType<typeof anOwner>>;

  /** A new person in the owner's team. */
  const aMember = async (owner: Owner, role = 'editor') => {
    const email = `${crypto.randomUUID()}@example.com`;
    const { body } = await owner.api.call('POST', `/api/v1/teams/${owner.teamId}/invitations`, {
      json: { email, role },
    });
    const joined = await anonymous.call('POST', '/api/v1/invitations/accept', {
      json: { token: body.data.token, password: PASSWORD },
    });
    return personWith(joined.body.data.accessToken, joined.body.data.user.id, email);
  };

  return { login, anOwner, aMember };
};
