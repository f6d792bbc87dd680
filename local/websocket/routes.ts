/** Function names behind the routes of a WebSocket API; the keys of `custom` are values of the selection expression. */
export interface WebSocketRoutes {
  readonly connect?: string;
  readonly disconnect?: string;
  readonly default?: string;
  readonly custom: Readonly<Record<string, string>>;
}

export interface SelectedRoute {
  readonly routeKey: string;
  readonly functionName: string;
}

const EXPRESSION = /^\$\{?request\.body\.([A-Za-z0-9_.-]+)\}?$/;

const valueAt = (body: unknown, path: readonly string[]): unknown => {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
};

const parse = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};

/**
 * Compiles a route selection expression (`$request.body.action`): bodies that are not JSON or match no route go to `$default`,
 * or nowhere when the API has none.
 */
export const compileSelection = (
  expression: string,
  routes: WebSocketRoutes,
): ((message: string) => SelectedRoute | undefined) => {
  const path = EXPRESSION.exec(expression)?.[1]?.split('.');
  if (!path) throw new Error(`route selection "${expression}" is not supported: expected $request.body.<property>`);
  return (message) => {
    const key = valueAt(parse(message), path);
    const named = typeof key === 'string' && Object.hasOwn(routes.custom, key) ? routes.custom[key] : undefined;
    if (named !== undefined) return { routeKey: String(key), functionName: named };
    return routes.default === undefined ? undefined : { routeKey: '$default', functionName: routes.default };
  };
};
