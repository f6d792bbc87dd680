type Item = Record<string, unknown>;

/** The parts of a write that DynamoDB evaluates. */
export interface Expressions {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

const TOKEN =
  /\s*(attribute_not_exists|attribute_exists|if_not_exists|AND|OR|<=|>=|<>|[<>=(),+]|[#:]?[A-Za-z_][\w]*|[#:]\w+)/gy;

const tokensOf = (text: string): string[] => [...text.matchAll(TOKEN)].map(([, token = '']) => token);

const reader = (
  text: string,
  item: Item,
  { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Expressions,
) => {
  const tokens = tokensOf(text);
  let at = 0;
  const name = (token: string): string => {
    const found = token.startsWith('#') ? ExpressionAttributeNames[token] : token;
    if (found === undefined) throw new Error(`${token} is not named in ${text}`);
    return found;
  };
  const operand = (): unknown => {
    const token = tokens[at++] ?? '';
    if (token === 'if_not_exists') {
      at += 1;
      const first = operand();
      at += 1;
      const second = operand();
      at += 1;
      return first ?? second;
    }
    if (!token.startsWith(':')) return item[name(token)];
    if (!(token in ExpressionAttributeValues)) throw new Error(`${token} has no value in ${text}`);
    return ExpressionAttributeValues[token];
  };
  const compare = (one: unknown, operator: string, other: unknown): boolean => {
    if (operator === '=') return JSON.stringify(one) === JSON.stringify(other) && one !== undefined;
    if (typeof one !== typeof other || one === undefined) return false;
    const [a, b] = [one as number, other as number];
    if (operator === '<=') return a <= b;
    if (operator === '>=') return a >= b;
    if (operator === '<') return a < b;
    throw new Error(`no such operator: ${operator}`);
  };
  const test = (): boolean => {
    const token = tokens[at] ?? '';
    if (token === '(') {
      at += 1;
      const inner = any();
      at += 1;
      return inner;
    }
    if (token.startsWith('attribute_')) {
      const attribute = name(tokens[at + 2] ?? '');
      at += 4;
      return (item[attribute] !== undefined) === (token === 'attribute_exists');
    }
    const one = operand();
    return compare(one, tokens[at++] ?? '', operand());
  };
  const all = (): boolean => {
    let holds = test();
    while (tokens[at] === 'AND') {
      at += 1;
      holds = test() && holds;
    }
    return holds;
  };
  const any = (): boolean => {
    let holds = all();
    while (tokens[at] === 'OR') {
      at += 1;
      holds = all() || holds;
    }
    return holds;
  };
  return { tokens, any, operand, name, step: () => tokens[at++], peek: () => tokens[at] };
};

/** Whether a condition of the table's own stores holds: comparisons, existence, AND and OR. */
export const holds = (item: Item, write: Expressions): boolean =>
  write.ConditionExpression === undefined || reader(write.ConditionExpression, item, write).any();

const CLAUSE = /\b(SET|ADD|REMOVE)\s+(.*?)(?=\s+(?:SET|ADD|REMOVE)\s|$)/gs;

/** An item after an update: SET, ADD and REMOVE of top attributes. */
export const updated = (before: Item, write: Expressions): Item => {
  const item = { ...before };
  for (const [, clause = '', text = ''] of (write.UpdateExpression ?? '').matchAll(CLAUSE)) {
    const read = reader(text, before, write);
    while (read.peek() !== undefined) {
      const name = read.name(read.step() ?? '');
      if (clause === 'REMOVE') delete item[name];
      if (clause === 'ADD') item[name] = Number(item[name] ?? 0) + Number(read.operand());
      if (clause === 'SET') {
        read.step();
        item[name] = read.operand();
        if (read.peek() === '+') {
          read.step();
          item[name] = Number(item[name]) + Number(read.operand());
        }
      }
      if (read.peek() === ',') read.step();
    }
  }
  return item;
};
