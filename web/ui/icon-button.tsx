import { Button, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { IconName } from '../icons/icon-names.ts';
import { Icon } from './icon.tsx';

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'className'> {
  readonly icon: IconName;
  readonly label: string;
  readonly look?: string;
}

/** A button that shows an icon alone; its name is read out, and shown on hover and focus. */
export const IconButton = ({ icon, label, look = 'plain', ...props }: IconButtonProps) => (
  <TooltipTrigger delay={500}>
    <Button {...props} aria-label={label} className={`button square ${look}`}>
      <Icon name={icon} />
    </Button>
    <Tooltip className="tooltip" offset={6}>
      {label}
    </Tooltip>
  </TooltipTrigger>
);
