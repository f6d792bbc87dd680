import type { Ready } from './runtime.ts';

export interface FormFile {
  readonly field?: string;
  readonly name: string;
  readonly type?: string;
  readonly bytes: Uint8Array;
}

/** A form of files and fields, as a browser sends it. */
export const formOf = (files: readonly FormFile[], fields: Readonly<Record<string, string>> = {}): FormData => {
  const form = new FormData();
  for (const { field = 'file', name, type = '', bytes } of files) {
    form.append(field, new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), name);
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};

/** Sends a form; answers status, headers and the JSON. */
export const sendForm = async (
  { http }: Pick<Ready, 'http'>,
  path: string,
  form: FormData,
  headers: Readonly<Record<string, string>>,
) => {
  const response = await fetch(`${http}${path}`, { method: 'POST', headers, body: form });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
};
