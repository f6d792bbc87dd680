/** A fault of the settings, for their author. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(lines: readonly string[]) {
    super(`The settings (mediashelf.config.ts and CDK context) cannot be used:\n${lines.join('\n')}`);
  }
}
