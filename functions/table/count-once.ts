import type { Key, Table } from './table.ts';

interface Count {
  readonly Key: Key;
  readonly attribute: string;
  readonly by: number;
  /** Attributes that are set beside it. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Nothing is counted when this does not hold. `#count` stands for the attribute, `#<name>` for one of `set`. */
  readonly when?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** A name for one count, which a repeat of its write finds in the item. */
export const countToken = (): string => crypto.randomUUID().slice(0, 13);

/**
 * Adds to a number in an item once. The SDK sends a write again when its answer is lost, and an `ADD` that is sent twice counts
 * twice; with the token of the last count in the item, the second one finds itself. Answers the item's attributes; undefined
 * when the condition did not hold. Where another count comes between the two, one call counts twice: nothing that has to be exact
 * is counted here, but in a transaction.
 */
export const countOnce = async (
  table: Table,
  { Key, attribute, by, set = {}, when, names = {}, values = {} }: Count,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const countedBy = countToken();
  const attributes = Object.entries({ ...set, countedBy });
  const isFirst = '(attribute_not_exists(#countedBy) OR #countedBy <> :countedBy)';
  const answer = await table.update({
    Key,
    UpdateExpression: `ADD #count :by SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: when === undefined ? isFirst : `${isFirst} AND (${when})`,
    ExpressionAttributeNames: {
      '#count': attribute,
      ...names,
      ...Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':by': by,
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ...values,
    },
    ReturnValues: 'ALL_NEW',
  });
  if (answer) return answer.Attributes ?? {};
  const item = await table.get(Key);
  return item?.countedBy === countedBy ? item : undefined;
};
