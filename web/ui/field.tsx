import { Input, Label, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';

interface FieldProps extends Omit<TextFieldProps, 'className' | 'children'> {
  readonly label: string;
  readonly help?: string | undefined;
  readonly lines?: boolean;
  readonly placeholder?: string;
}

/** A labelled text field. Texts of people are shown in their own direction. */
export const Field = ({ label, help, lines = false, placeholder, ...props }: FieldProps) => (
  <TextField {...props} className="field">
    <Label className="label">{label}</Label>
    {lines ? (
      <TextArea className="input" dir="auto" rows={2} />
    ) : (
      <Input className="input" dir="auto" placeholder={placeholder} />
    )}
    {help && (
      <Text slot="description" className="help">
        {help}
      </Text>
    )}
  </TextField>
);
