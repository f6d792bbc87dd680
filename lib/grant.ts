import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Acknowledgment } from 'aws-cdk-lib/core';

/** The parts of every grant, for any variables. */
export interface AnyGrant {
  readonly environment: object;
  readonly statements: readonly PolicyStatement[];
  /** Findings of the permission checks that these statements raise on purpose, each with its reason. */
  readonly acknowledged: readonly Acknowledgment[];
}

/**
 * The use of one resource, as a value: the environment variables with the location of the resource, and the permissions for it.
 * As one value, neither can be given without the other; typed by its variables, `OperationFunction` can refuse to compile when
 * one is missing.
 */
export interface Grant<Variable extends string = never> extends AnyGrant {
  readonly environment: Readonly<Record<Variable, string>>;
}

/** The names of the variables that a grant sets. */
export type VariablesIn<Granted extends AnyGrant> = Granted extends AnyGrant ? keyof Granted['environment'] : never;

/** Permission for exactly these actions on exactly these resources. */
export const allow = (actions: readonly string[], ...resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** A grant without permissions: a value that functions read. */
export const variable = <const Variable extends string>(name: Variable, value: string): Grant<Variable> => ({
  environment: { [name]: value } as Record<Variable, string>,
  statements: [],
  acknowledged: [],
});

/** A grant without variables: permissions that the service which calls the function needs of it. */
export const permission = (...statements: readonly PolicyStatement[]): Grant => ({
  environment: {} as Record<never, string>,
  statements,
  acknowledged: [],
});
