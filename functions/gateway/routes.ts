/** A route with forms, and its handler. */
export interface FormRoute<Handler> {
  readonly method: string;
  /** In API Gateway's form: `/base/api/media/{id}/file`. */
  readonly path: string;
  readonly handler: Handler;
}

export interface RouteMatch<Handler> {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly handler: Handler;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split('/')
      .map((segment) => (segment.startsWith('{') ? '([^/]+)' : escaped(segment)))
      .join('/')}$`,
  );

const namesIn = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

/** Finds the route of a request. A literal path takes precedence over one with a parameter. */
export const matcher = <Handler>(routes: readonly FormRoute<Handler>[]) => {
  const compiled = routes
    .map(({ method, path, handler }) => ({ method, path, handler, pattern: patternOf(path), names: namesIn(path) }))
    .sort((one, other) => one.names.length - other.names.length);
  return (method: string, path: string): RouteMatch<Handler> | undefined => {
    for (const route of compiled) {
      const values = route.method === method ? route.pattern.exec(path) : null;
      if (!values) continue;
      const pathParameters = Object.fromEntries(route.names.map((name, index) => [name, values[index + 1] ?? '']));
      return { routeKey: `${route.method} ${route.path}`, pathParameters, handler: route.handler };
    }
    return undefined;
  };
};
