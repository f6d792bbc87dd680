import type { Role, Scope } from './scopes.ts';

/** Who asks: a person in one team, by one credential. */
export interface Principal {
  readonly userId: string;
  readonly teamId: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  readonly credential: { readonly kind: 'session' | 'api-key' | 'access-token'; readonly id: string };
}
