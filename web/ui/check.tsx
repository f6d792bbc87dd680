import type { ReactNode } from 'react';
import { Checkbox, type CheckboxProps } from 'react-aria-components';
import { Icon } from './icon.tsx';

/** A box to tick. */
export const Check = ({
  children,
  ...props
}: Omit<CheckboxProps, 'children' | 'className'> & { readonly children?: ReactNode }) => (
  <Checkbox {...props} className="check">
    <span className="check-box">
      <Icon name="check" />
    </span>
    {children}
  </Checkbox>
);
