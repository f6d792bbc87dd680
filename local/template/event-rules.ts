import { type EventFilter, parseFilters } from '../lambda/filter.ts';
import { list, record, text } from './json.ts';
import type { Stack } from './stack.ts';

/** A rule of EventBridge that waits for events. */
export interface EventRuleSpec {
  readonly matches: EventFilter;
  readonly targetArns: readonly string[];
}

/** The rules of the stack that wait for events, on the default bus. */
export const readEventRules = (stack: Stack): readonly EventRuleSpec[] =>
  stack
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.State !== 'DISABLED' && properties.EventPattern !== undefined)
    .map(({ logicalId, properties }) => ({
      matches: parseFilters([JSON.stringify(record(properties.EventPattern, `${logicalId}.EventPattern`))]),
      targetArns: list(properties.Targets).map((target) =>
        text(record(target, `${logicalId}.Targets`).Arn, `${logicalId}.Targets.Arn`),
      ),
    }));
