import { type RefObject, useLayoutEffect, useState } from 'react';

export interface Viewport {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Positions of lists that were left, by their key. */
const positions = new Map<string, number>();

const NOTHING: Viewport = { top: 0, width: 0, height: 0 };

/** What is seen of a scrolling element; it starts where the list of that key was left. */
export const useViewport = (ref: RefObject<HTMLElement | null>, key: string): Viewport => {
  const [viewport, setViewport] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const inside = element.firstElementChild as HTMLElement;
      const { scrollTop: top, clientHeight: height } = element;
      positions.set(key, top);
      const width = inside.clientWidth;
      setViewport((last) =>
        last.top === top && last.width === width && last.height === height ? last : { top, width, height },
      );
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(measure);
    };
    const known = positions.get(key) ?? 0;
    measure();
    element.scrollTop = known;
    measure();
    element.addEventListener('scroll', later, { passive: true });
    const sizes = new ResizeObserver(later);
    sizes.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', later);
      sizes.disconnect();
    };
  }, [ref, key]);
  return viewport;
};
