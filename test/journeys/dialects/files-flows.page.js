/* What a page does with the files API: `files(api)` answers what each flow saw. The test beside this file judges it. */
// biome-ignore lint/correctness/noUnusedVariables: the test calls it in the page
async function files(api, picture, print) {
  const media = `${api}/v1/media`;
  const seen = {};
  const note = async (name, response) => {
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    seen[name] = {
      status: response.status,
      redirected: response.redirected,
      body: isJson ? await response.json() : null,
    };
    return seen[name].body?.data;
  };
  const login = await fetch(`${api}/llm/auth/guest-login`, { method: 'POST' });
  const { access_token: token } = await login.json();
  const headers = { Authorization: `Bearer ${token}` };
  const bytesOf = (digits) => Uint8Array.from(atob(digits), (letter) => letter.charCodeAt(0));
  const bytes = bytesOf(picture);

  // The user picks files: an input of the page holds them from then on.
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  const picked = new DataTransfer();
  picked.items.add(new File(['twelve words'], 'document.txt', { type: 'text/plain' }));
  picked.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
  input.files = picked.files;

  const send = (file, fields = {}) => {
    const form = new FormData();
    form.append('file', file);
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return fetch(`${media}/upload`, { method: 'POST', headers, body: form, signal: AbortSignal.timeout(30_000) });
  };
  const document_ = await note('single', await send(input.files[0]));
  const photo = await note(
    'metadata',
    await send(input.files[1], {
      filename: 'vacation_photo.jpg',
      description: 'Summer vacation photo',
      tags: JSON.stringify(['vacation', 'beach']),
      visibility: 'private',
    }),
  );

  const large = new File(['piece by piece\n'.repeat(100_000)], 'large.txt', { type: 'text/plain' });
  seen.progress = await new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', large);
    const percents = [];
    const xhr = new XMLHttpRequest();
    xhr.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) percents.push(Math.round((event.loaded / event.total) * 100));
    });
    xhr.addEventListener('load', () => resolve({ status: xhr.status, body: JSON.parse(xhr.responseText), percents }));
    xhr.addEventListener('error', () => reject(new Error('the upload failed')));
    xhr.open('POST', `${media}/upload`);
    xhr.setRequestHeader('Authorization', headers.Authorization);
    xhr.send(form);
  });

  seen.batch = [];
  for (const file of input.files) {
    const response = await send(file);
    if (response.ok) seen.batch.push((await response.json()).data);
  }

  const file = `${media}/files/${document_.id}`;
  await note('get', await fetch(file, { headers }));
  await note('list', await fetch(`${media}/files?limit=20&offset=0&sort=-created_at`, { headers }));
  const download = await fetch(`${file}/download`, { headers });
  const blob = await download.blob();
  const link = document.createElement('a');
  link.href = window.URL.createObjectURL(blob);
  link.download = 'document.txt';
  document.body.appendChild(link);
  link.click();
  window.URL.revokeObjectURL(link.href);
  link.remove();
  seen.download = { status: download.status, redirected: download.redirected, text: await blob.text() };
  const stream = await fetch(`${file}/stream`, { headers });
  const reader = stream.body.getReader();
  let streamed = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) streamed += part.value.length;
  seen.streamed = streamed;
  const range = await fetch(`${file}/stream`, { headers: { ...headers, Range: 'bytes=2-5' } });
  seen.range = { status: range.status, text: await range.text() };

  const json = (method, body) => ({
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const change = { description: 'Updated description', tags: ['important', '2025'], visibility: 'shared' };
  await note('patch', await fetch(`${media}/files/${photo.id}`, json('PATCH', change)));
  const wanted = { format: 'thumbnail', size: 'medium' };
  const preview = await note('preview', await fetch(`${media}/files/${photo.id}/preview`, json('POST', wanted)));
  seen.picture = await new Promise((resolve, reject) => {
    const image = new Image();
    image.addEventListener('load', () => resolve([image.naturalWidth, image.naturalHeight]));
    image.addEventListener('error', () => reject(new Error('the preview does not show')));
    image.src = preview.preview_url;
  });

  const options = { language: 'auto', preserve_formatting: true };
  await note('extract text', await fetch(`${file}/extract-text`, json('POST', options)));
  const printed = await note('print', await send(new File([bytesOf(print)], 'print.png', { type: 'image/png' })));
  const recognize = () => fetch(`${media}/files/${printed.id}/extract-text`, json('POST', options));
  let recognized = await recognize();
  // A busy machine may take longer to recognize text than a call may wait, and says so.
  for (let tries = 0; recognized.status === 202 && tries < 5; tries += 1) recognized = await recognize();
  await note('extract text of a picture', recognized);
  const analyses = { analyses: ['file_type', 'content_type', 'metadata'] };
  await note('analyze', await fetch(`${media}/files/${photo.id}/analyze`, json('POST', analyses)));

  await note('refused', await send(new File(['<html>'], 'a.png', { type: 'image/png' })));
  await note('too large', await send(new File(['a'.repeat(21 * 1024 * 1024)], 'a.txt', { type: 'text/plain' })));
  await note('delete', await fetch(file, { method: 'DELETE', headers }));
  const ids = [photo.id, 'file_old2', 'file_old3'];
  await note('bulk delete', await fetch(`${media}/files/bulk-delete`, json('POST', { file_ids: ids })));
  seen.cookies = document.cookie;
  return seen;
}
