/** The choices of the builder, as texts: an empty one is left out. */
export interface TransformChoices {
  readonly w: string;
  readonly h: string;
  readonly fit: 'cover' | 'contain' | 'inside';
  readonly format: 'auto' | 'avif' | 'webp' | 'jpeg' | 'png';
  readonly q: string;
  readonly rotate: '0' | '90' | '180' | '270';
  readonly blur: string;
}

export const USUAL_CHOICES: TransformChoices = {
  w: '800',
  h: '',
  fit: 'cover',
  format: 'auto',
  q: '',
  rotate: '0',
  blur: '',
};

const LONGEST_SIDE = 4096;

const whole = (text: string, most: number): string | undefined => {
  const value = Math.round(Number(text));
  return text.trim() !== '' && value >= 1 && value <= most ? String(value) : undefined;
};

/** The parameters of a changed copy, as the stable address takes them. */
export const transformQuery = ({ w, h, fit, format, q, rotate, blur }: TransformChoices): string => {
  const given: Readonly<Record<string, string | undefined>> = {
    w: whole(w, LONGEST_SIDE),
    h: whole(h, LONGEST_SIDE),
    // Both sides are given: only then something is cropped or bordered.
    fit: whole(w, LONGEST_SIDE) && whole(h, LONGEST_SIDE) ? fit : undefined,
    format: format === 'auto' ? undefined : format,
    q: whole(q, 100),
    rotate: rotate === '0' ? undefined : rotate,
    blur: whole(blur, 50),
  };
  const set = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new URLSearchParams(set).toString();
};
