/** What the v1 reference shows of a call: what is sent, and what of the answer. */
export interface Example {
  readonly title: string;
  readonly route: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly status: number;
  readonly answer: unknown;
}

const logo = {
  id: '550e8400-e29b-41d4-a716-446655440000',
  userId: 'user-123',
  teamId: 'team-456',
  url: 'https://files.example/uploads/1706000000_abc123.png',
  filename: 'company-logo.png',
  fileSize: 45230,
  mimeType: 'image/png',
  width: 400,
  height: 200,
  title: 'Company Logo',
  alt: 'ACME Corp logo in blue',
  caption: null,
  status: 'active',
  createdAt: '2025-01-15T10:30:00.000Z',
  updatedAt: '2025-01-15T10:30:00.000Z',
};
const photo = {
  ...logo,
  id: '660e8400-e29b-41d4-a716-446655440001',
  url: 'https://example.com/images/photo.jpg',
  filename: 'photo.jpg',
  fileSize: 250000,
  mimeType: 'image/jpeg',
  width: 1920,
  height: 1080,
  title: null,
  alt: 'Sunset over mountains',
};
const tag = {
  id: 'tag-001',
  type: 'media_tag',
  slug: 'brand',
  name: 'Brand',
  description: null,
  icon: null,
  color: '#3b82f6',
  order: 0,
  isActive: true,
  createdAt: '2025-01-10T08:00:00.000Z',
  updatedAt: '2025-01-10T08:00:00.000Z',
};
const ok = (data: unknown) => ({ success: true, data });
const failed = (error: string) => ({ success: false, error });

/** Every example of the reference. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'list media',
    route: 'GET /api/v1/media',
    query: { type: 'image', limit: '10', orderBy: 'createdAt', orderDir: 'desc', search: 'logo' },
    status: 200,
    answer: ok({ data: [logo], total: 1, limit: 10, offset: 0 }),
  },
  {
    title: 'create a record',
    route: 'POST /api/v1/media',
    json: {
      url: 'https://example.com/images/photo.jpg',
      filename: 'photo.jpg',
      fileSize: 250000,
      mimeType: 'image/jpeg',
      width: 1920,
      height: 1080,
      alt: 'Sunset over mountains',
    },
    status: 201,
    answer: ok(photo),
  },
  {
    title: 'upload files',
    route: 'POST /api/v1/media/upload',
    status: 200,
    answer: ok({
      message: 'Files uploaded successfully',
      urls: [photo.url],
      media: [{ ...photo, alt: null }],
      count: 1,
      storage: 's3',
    }),
  },
  {
    title: 'check duplicates, found',
    route: 'POST /api/v1/media/check-duplicates',
    json: {
      files: [
        { filename: 'photo.jpg', fileSize: 250000 },
        { filename: 'logo.png', fileSize: 45230 },
      ],
    },
    status: 200,
    answer: ok({
      duplicates: [
        {
          filename: 'photo.jpg',
          fileSize: 250000,
          existing: [{ id: logo.id, url: 'https://files.example/photo.jpg', createdAt: '2025-01-10T09:00:00.000Z' }],
        },
      ],
    }),
  },
  {
    title: 'check duplicates, none',
    route: 'POST /api/v1/media/check-duplicates',
    json: { files: [] },
    status: 200,
    answer: ok({ duplicates: [] }),
  },
  { title: 'get media', route: 'GET /api/v1/media/{id}', status: 200, answer: ok(logo) },
  { title: 'get media, missing', route: 'GET /api/v1/media/{id}', status: 404, answer: failed('Media not found') },
  {
    title: 'update metadata',
    route: 'PATCH /api/v1/media/{id}',
    json: {
      title: 'Updated Logo',
      alt: 'ACME Corp blue logo on transparent background',
      caption: 'Our primary brand mark for web use',
    },
    status: 200,
    answer: ok({ ...logo, title: 'Updated Logo', caption: 'Our primary brand mark for web use' }),
  },
  {
    title: 'delete media',
    route: 'DELETE /api/v1/media/{id}',
    status: 200,
    answer: ok({ message: 'Media deleted successfully' }),
  },
  {
    title: 'delete media, missing',
    route: 'DELETE /api/v1/media/{id}',
    status: 404,
    answer: failed('Media not found'),
  },
  { title: 'tags of media', route: 'GET /api/v1/media/{id}/tags', status: 200, answer: ok([tag]) },
  {
    title: 'add a tag',
    route: 'POST /api/v1/media/{id}/tags',
    json: { tagId: 'tag-001' },
    status: 201,
    answer: ok([tag]),
  },
  {
    title: 'replace tags',
    route: 'PUT /api/v1/media/{id}/tags',
    json: { tagIds: ['tag-001', 'tag-002'] },
    status: 200,
    answer: ok([tag]),
  },
  {
    title: 'remove a tag',
    route: 'DELETE /api/v1/media/{id}/tags',
    query: { tagId: 'tag-001' },
    status: 200,
    answer: ok({ success: true }),
  },
  { title: 'list tags', route: 'GET /api/v1/media-tags', status: 200, answer: ok([tag, { ...tag, order: 1 }]) },
  {
    title: 'create a tag',
    route: 'POST /api/v1/media-tags',
    json: { name: 'Product Photos' },
    status: 201,
    answer: ok({
      id: 'tag-002',
      slug: 'product-photos',
      name: 'Product Photos',
      color: null,
      icon: null,
      order: 0,
      isActive: true,
    }),
  },
  {
    title: 'a limit beyond the largest',
    route: 'GET /api/v1/media',
    status: 400,
    answer: {
      success: false,
      error: 'Invalid query parameters',
      details: {
        // The reference shows no code beside the errors; answers carry one more field than it does.
        code: 'VALIDATION',
        errors: [
          { code: 'too_big', maximum: 100, path: ['limit'], message: 'Number must be less than or equal to 100' },
        ],
      },
    },
  },
  { title: 'no credentials', route: 'GET /api/v1/media', status: 401, answer: failed('Unauthorized') },
  {
    title: 'a missing scope',
    route: 'GET /api/v1/media',
    status: 403,
    answer: failed('Insufficient permissions - media:read scope required'),
  },
  { title: 'a fault', route: 'GET /api/v1/media', status: 500, answer: failed('Failed to list media') },
];
