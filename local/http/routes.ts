/** A route of the template: its key (`GET /api/v1/media/{id}`, `ANY /x/{proxy+}` or `$default`) and its function. */
export interface HttpRoute {
  readonly routeKey: string;
  readonly functionName: string;
  /** `TimeoutInMillis` of the integration, when it is less than API Gateway's own. */
  readonly timeoutMs?: number;
}

export interface RouteMatch extends HttpRoute {
  /** Undefined, as in the event, when the route has no parameters. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

interface Target extends HttpRoute {
  readonly names: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: Node;
  greedy?: Map<string, Target>;
  readonly targets: Map<string, Target>;
}

const emptyNode = (): Node => ({ literals: new Map(), targets: new Map() });
const PARAMETER = /^\{([^{}+]+)(\+)?\}$/;

const childFor = (node: Node, segment: string): Node => {
  if (PARAMETER.test(segment)) {
    node.parameter ??= emptyNode();
    return node.parameter;
  }
  const existing = node.literals.get(segment);
  if (existing) return existing;
  const created = emptyNode();
  node.literals.set(segment, created);
  return created;
};

const insert = (root: Node, route: HttpRoute): void => {
  const [method = '', path = ''] = route.routeKey.split(' ', 2);
  if (!path.startsWith('/'))
    throw new Error(`"${route.routeKey}" is no route key: expected "METHOD /path" or "$default"`);
  const segments = path.slice(1).split('/');
  const names = segments.flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? []);
  const target = { ...route, names };
  let node = root;
  for (const segment of segments) {
    if (PARAMETER.exec(segment)?.[2]) {
      if (segment !== segments.at(-1))
        throw new Error(`"${route.routeKey}": a greedy parameter has to be the last segment`);
      node.greedy ??= new Map();
      node.greedy.set(method, target);
      return;
    }
    node = childFor(node, segment);
  }
  node.targets.set(method, target);
};

const forMethod = (targets: Map<string, Target> | undefined, method: string): Target | undefined =>
  targets?.get(method) ?? targets?.get('ANY');

type Found = { target: Target; values: string[] };

/** Depth first, the most specific child first: a dead end under a literal falls back to the parameter beside it. */
const search = (
  node: Node,
  segments: readonly string[],
  at: number,
  method: string,
  values: string[],
): Found | undefined => {
  const segment = segments[at];
  if (segment === undefined) {
    const target = forMethod(node.targets, method);
    return target && { target, values };
  }
  const literal = node.literals.get(segment);
  const exact = literal && search(literal, segments, at + 1, method, values);
  if (exact) return exact;
  const bound =
    node.parameter && segment !== '' && search(node.parameter, segments, at + 1, method, [...values, segment]);
  if (bound) return bound;
  const rest = segments.slice(at).join('/');
  // `/app/` is of `/app/{proxy+}`, whose parameter is empty then; `/` is of no `/{proxy+}`.
  const greedy = rest === '' && at === 0 ? undefined : forMethod(node.greedy, method);
  return greedy && { target: greedy, values: [...values, rest] };
};

/**
 * Compiles route keys into a matcher with API Gateway's precedence: full match, then parameter, then `{proxy+}`,
 * then `$default`; at the same path the method before `ANY`. The path is the decoded one, as AWS decodes first.
 */
export const compileRoutes = (
  routes: readonly HttpRoute[],
): ((method: string, path: string) => RouteMatch | undefined) => {
  const root = emptyNode();
  for (const route of routes) if (route.routeKey !== '$default') insert(root, route);
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const found = search(root, path.slice(1).split('/'), 0, method, []);
    if (!found) return fallback;
    const { names, ...route } = found.target;
    if (names.length === 0) return route;
    const pathParameters = Object.fromEntries(names.map((name, index) => [name, found.values[index] ?? '']));
    return { ...route, pathParameters };
  };
};
