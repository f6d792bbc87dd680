import { useCallback, useState } from 'react';

/** Rows beyond the view that are in the document as well. */
const AROUND = 4;

/** Which rows of one height are seen of a list that scrolls. */
export const useVisibleRows = (rowHeight: number) => {
  const [view, setView] = useState({ first: 0, count: 12 });
  const ref = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const measure = (): void => {
        const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - AROUND);
        const count = Math.ceil(element.clientHeight / rowHeight) + 2 * AROUND;
        setView((last) => (last.first === first && last.count === count ? last : { first, count }));
      };
      measure();
      element.addEventListener('scroll', measure, { passive: true });
      const sizes = new ResizeObserver(measure);
      sizes.observe(element);
      return () => {
        element.removeEventListener('scroll', measure);
        sizes.disconnect();
      };
    },
    [rowHeight],
  );
  return { ref, ...view };
};
