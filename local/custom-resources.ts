import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { LOOPBACK } from './loopback.ts';
import type { FunctionHost } from './ports.ts';
import { customValue } from './template/resource-types.ts';
import type { Resource, Stack } from './template/stack.ts';

/** The values of resources that functions of the stack make, by what stands for them in the template. */
export type CustomValues = ReadonlyMap<string, string>;

/** A text of the template with the values that stand in it. */
export const withCustom = (text: string, values: CustomValues): string =>
  text.includes('{{custom:') ? [...values].reduce((whole, [from, to]) => whole.replaceAll(from, to), text) : text;

interface Answer {
  readonly Status: string;
  readonly Reason?: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** Has the functions of the stack make its custom resources, as CloudFormation does while it deploys. */
export const makeCustomResources = async (stack: Stack, functions: FunctionHost): Promise<CustomValues> => {
  const values = new Map<string, string>();
  for (const resource of stack.ofType('Custom::EdgeKey')) {
    const answer = await answerTo(resource, stack, functions);
    if (answer.Status !== 'SUCCESS')
      throw new Error(`${resource.logicalId} was not made: ${answer.Reason ?? 'no reason'}`);
    for (const [name, value] of Object.entries(answer.Data ?? {}))
      values.set(customValue(resource.logicalId, name), value);
  }
  return values;
};

/** A function answers a custom resource by a PUT to the address that it is sent. */
const answerTo = async (resource: Resource, stack: Stack, functions: FunctionHost): Promise<Answer> => {
  const { promise: answered, resolve } = Promise.withResolvers<Answer>();
  const path = `/${randomUUID()}`;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.method !== 'PUT' || request.url !== path) return response.writeHead(403).end();
    resolve(JSON.parse(body) as Answer);
    return response.end();
  });
  await new Promise<void>((listening) => server.listen(0, LOOPBACK, listening));
  const { ServiceToken, ...properties } = resource.properties;
  try {
    const invoked = await functions.invoke(String(ServiceToken), {
      RequestType: 'Create',
      ResponseURL: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${path}`,
      StackId: stack.name,
      RequestId: randomUUID(),
      ResourceType: resource.type,
      LogicalResourceId: resource.logicalId,
      ResourceProperties: properties,
    });
    if (invoked.functionError) return { Status: 'FAILED', Reason: JSON.stringify(invoked.payload) };
    return await answered;
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
