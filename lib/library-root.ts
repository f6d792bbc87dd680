import type { IConstruct } from 'constructs';

const ROOT = Symbol.for('mediashelf.root');

/** Marks the construct that holds a whole library. */
export const beRoot = (construct: IConstruct): void => void Object.defineProperty(construct, ROOT, { value: true });

/** The constructs from the library down to a scope: the library itself, the capability, and so on. */
export const scopesOfLibrary = ({ node }: IConstruct): readonly IConstruct[] =>
  node.scopes.slice(node.scopes.findIndex((scope) => ROOT in scope));
