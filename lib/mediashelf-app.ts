import { join } from 'node:path';
import { App, type AppProps, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib/core';
import { type Bundles, bundle } from './bundles.ts';
import { withDashboard } from './dashboard.ts';
import type { Route } from './http-api.ts';
import { LIBRARY_FEATURES } from './library-root.ts';
import { MediashelfStack } from './mediashelf-stack.ts';
import type { SettingsInput } from './settings/schema.ts';
import { parseSettings } from './settings/settings.ts';

/** The inputs of the app; every folder is absolute. */
export interface MediashelfAppProps {
  readonly settings: SettingsInput;
  readonly routes: readonly Route[];
  /** Bundles of the functions; or the folder with their entries, which are bundled then. */
  readonly functions: Bundles | string;
  /** Folder with the sharp layer's package files. */
  readonly sharpFolder: string;
  /** Folder with the package files of the layer for recognition. */
  readonly ocrFolder: string;
  /** Folder with the built files of the dashboard; without it, its function serves none. */
  readonly dashboardFolder?: string | undefined;
  /** The output folder and context of the synthesis; by default those of the CDK command line. */
  readonly app?: Pick<AppProps, 'outdir' | 'context'>;
}

/**
 * Choices between CDK's older and newer behaviour. Here and not in `cdk.json`, so that the command line and the local runtime
 * get the same template.
 */
const FEATURES = {
  ...LIBRARY_FEATURES,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn', 'aws-us-gov'],
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:strictCfnValidateErrors': true,
};

/**
 * Context that skips the checks of the template, most of the time of a synthesis. The local runtime sets it to `false`: it
 * starts often, and the template is the same with and without.
 */
const CHECKS = 'mediashelf:checks';

/** Builds the app: settings in, stack out, checked by CDK and the AWS Solutions rules as it is synthesized. */
export const mediashelfApp = async (parts: MediashelfAppProps): Promise<App> => {
  const { settings, routes, functions, sharpFolder, ocrFolder, dashboardFolder, app: props } = parts;
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    ...props,
    context: { ...FEATURES, ...props?.context },
  });
  if (!['false', false].includes(app.node.tryGetContext(CHECKS))) {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new CloudFormationValidatePlugin(), new AwsSolutionsChecks(app));
  }
  const bundles = typeof functions === 'string' ? await bundle(functions, join(app.outdir, '.bundles')) : functions;
  new MediashelfStack(app, 'Mediashelf', {
    settings: parseSettings(settings, app.node.getAllContext()),
    routes,
    bundles: dashboardFolder ? withDashboard(bundles, dashboardFolder, join(app.outdir, '.web')) : bundles,
    sharpFolder,
    ocrFolder,
  });
  return app;
};
