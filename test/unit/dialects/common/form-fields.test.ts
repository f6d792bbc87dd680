import { describe, expect, it } from '@jest/globals';
import { formFields } from '../../../../functions/dialects/common/form-fields.ts';
import { MOST_FIELDS_IN_A_FORM } from '../../../../functions/http/form.ts';
import { httpEvent } from '../../../support/drivers/http-event.ts';

const fieldsOf = (body: string, isBase64Encoded = false) => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
  return formFields({ ...httpEvent({ routeKey: 'PUT /base/api/media/1', headers, body: sent }), isBase64Encoded });
};

describe('a URL-encoded form', () => {
  it('is read as JSON would have said it', async () => {
    expect(await fieldsOf('title=Harbour&altText=&tags=a&tags=b')).toEqual({
      title: 'Harbour',
      altText: null,
      tags: ['a', 'b'],
    });
  });

  it.each([false, true])('is refused with more fields than a multipart form has (base64 %p)', async (isBase64) => {
    const most = Array.from({ length: MOST_FIELDS_IN_A_FORM }, (_, index) => `a${index}=1`).join('&');
    expect(Object.keys((await fieldsOf(most, isBase64)) ?? {})).toHaveLength(MOST_FIELDS_IN_A_FORM);
    await expect(fieldsOf(`${most}&b=1`, isBase64)).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(fieldsOf('a&'.repeat(100_000), isBase64)).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  it.each([false, true])('is refused beyond what JSON may have (base64 %p)', async (isBase64) => {
    await expect(fieldsOf(`a=${'x'.repeat(256 * 1024)}`, isBase64)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});
