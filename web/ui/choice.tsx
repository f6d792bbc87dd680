import { Button, type Key, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { Icon } from './icon.tsx';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  /** The label is only read out. */
  readonly bare?: boolean;
  readonly isDisabled?: boolean;
}

/** One of a few values. */
export const Choice = <T extends string>({
  label,
  value,
  options,
  onChange,
  bare = false,
  isDisabled = false,
}: ChoiceProps<T>) => (
  <Select
    className={bare ? 'choice' : 'field'}
    aria-label={bare ? label : undefined}
    value={value}
    onChange={(key: Key | null) => key !== null && onChange(key as T)}
    isDisabled={isDisabled}
  >
    {!bare && <Label className="label">{label}</Label>}
    <Button className="button select-button">
      <SelectValue className="name" />
      <Icon name="chevron" />
    </Button>
    <Popover className="popover">
      <ListBox className="options" items={options.map(([id, name]) => ({ id, name }))}>
        {({ id, name }) => (
          <ListBoxItem id={id} className="option" textValue={name}>
            <bdi className="name">{name}</bdi>
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  </Select>
);
