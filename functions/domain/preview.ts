import { RENDITION_BOX, type RenditionName } from './media.ts';
import type { ResultFormat, TransformRequest } from './transform.ts';

/** A picture of a file in one of the sizes of renditions; by default in the format of the stored rendition. */
export interface PreviewVariant {
  readonly size: RenditionName;
  readonly format?: ResultFormat | undefined;
}

/** How a preview in another format is drawn. */
export const previewTransform = (size: RenditionName, format: ResultFormat): TransformRequest => ({
  w: RENDITION_BOX[size],
  h: RENDITION_BOX[size],
  fit: 'inside',
  format,
});

/** The parameters of a stable address that show a preview. */
export const previewQuery = ({ size, format }: PreviewVariant): string => {
  if (format === undefined) return `rendition=${size}`;
  const parameters = Object.entries(previewTransform(size, format));
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
};
