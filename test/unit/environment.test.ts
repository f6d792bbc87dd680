import { describe, expect, it } from '@jest/globals';
import { ProcessingEnvironment, SweepEnvironment } from '../../functions/shared/environment.ts';

const SETTINGS = JSON.stringify({ retentionDays: 7, types: ['image/png'] });

describe('the environment of a function', () => {
  it('is what the function asks for, with the settings read', () => {
    const environment = ProcessingEnvironment.parse({
      TABLE: 'library',
      BUCKET: 'files',
      SETTINGS,
      HOME: '/root',
    });
    const types = [{ mime: 'image/png', kind: 'image', extensions: ['png'] }];
    expect(environment).toEqual({
      TABLE: 'library',
      BUCKET: 'files',
      SETTINGS: { retentionDays: 7, types },
    });
  });

  it('names what it lacks', () => {
    const lacking = { TABLE: 'library', BUCKET: 'files', SETTINGS };
    expect(() => SweepEnvironment.parse(lacking)).toThrow('The environment lacks PROCESSING_QUEUE_URL');
    expect(() => SweepEnvironment.parse({ ...lacking, PROCESSING_QUEUE_URL: '' })).toThrow('PROCESSING_QUEUE_URL');
  });

  it('is refused with settings that are not JSON', () => {
    const malformed = { TABLE: 'library', BUCKET: 'files', SETTINGS: 'none' };
    expect(() => ProcessingEnvironment.parse(malformed)).toThrow(SyntaxError);
  });
});
