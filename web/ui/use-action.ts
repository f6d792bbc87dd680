import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { inWords } from '../api/errors.ts';
import { useWords } from '../words/use-words.tsx';
import { notify } from './notices.tsx';

interface ActionOptions<Input, Output> {
  readonly run: (input: Input) => Promise<Output>;
  /** Lists that the action changes. */
  readonly changes: readonly QueryKey[];
  readonly onDone?: ((output: Output, input: Input) => void) | undefined;
}

/** An action of a page: it reads the changed lists again, and says why it failed. */
export const useAction = <Input, Output>({ run, changes, onDone }: ActionOptions<Input, Output>) => {
  const queries = useQueryClient();
  const words = useWords();
  return useMutation({
    mutationFn: run,
    // An answer may have a secret: it is not kept.
    gcTime: 0,
    onSuccess: (output, input) => onDone?.(output, input),
    onError: (error) => notify(inWords(error, words), { kind: 'error' }),
    onSettled: () => Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
};
