import { type ConnectionFacts, messageEvent } from './events.ts';
import type { Invocations } from './invocations.ts';
import type { SelectedRoute } from './routes.ts';

export interface AnswerDeps extends Pick<Invocations, 'invoke'> {
  readonly select: (message: string) => SelectedRoute | undefined;
  /** Route keys with a route response: the `body` of their function's result is sent back. */
  readonly routeResponses?: ReadonlySet<string> | undefined;
}

/** A refusal with the message that API Gateway sends over the socket. */
const refusal = (message: string, { requestContext }: ReturnType<typeof messageEvent>): string =>
  JSON.stringify({ message, connectionId: requestContext.connectionId, requestId: requestContext.requestId });

const bodyOf = (payload: unknown): string | undefined => {
  const body = typeof payload === 'object' && payload !== null && 'body' in payload ? payload.body : undefined;
  return typeof body === 'string' && body !== '' ? body : undefined;
};

/** Runs the function of a message's route, and resolves with the text that is sent back, if there is one. */
export const answerMessage =
  ({ select, invoke, routeResponses }: AnswerDeps) =>
  async (facts: ConnectionFacts, message: string): Promise<string | undefined> => {
    const route = select(message);
    const event = messageEvent(facts, route?.routeKey ?? '$default', message);
    if (!route) return refusal('Forbidden', event);
    const { payload, functionError } = await invoke(route.functionName, event, route.routeKey);
    if (functionError) return refusal('Internal server error', event);
    return routeResponses?.has(route.routeKey) ? bodyOf(payload) : undefined;
  };
