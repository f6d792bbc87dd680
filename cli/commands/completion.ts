import { type Command, say } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';

/** Commands by name: what completion needs to know of them. */
type Commands = Readonly<Record<string, Pick<Command, 'summary' | 'options'>>>;

const flagsOf = (command: Pick<Command, 'options'>, common: Command['options']): readonly string[] =>
  Object.keys({ ...command.options, ...common }).map((name) => `--${name}`);

/** Commands first, then the flags of the command; in every other place the shell completes names of files. */
const bash = (commands: Commands, common: Command['options']): string => `_mediashelf() {
  local word="\${COMP_WORDS[COMP_CWORD]}" flags=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${Object.keys(commands).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${Object.entries(commands)
  .map(([name, command]) => `    ${name}) flags="${flagsOf(command, common).join(' ')}" ;;`)
  .join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
  esac
}
complete -o default -F _mediashelf mediashelf
`;

const fish = (commands: Commands, common: Command['options']): string =>
  Object.entries(commands)
    .flatMap(([name, command]) => [
      `complete -c mediashelf -n __fish_use_subcommand -f -a ${name} -d '${command.summary.replaceAll("'", "\\'")}'`,
      ...flagsOf(command, common).map(
        (flag) => `complete -c mediashelf -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`,
      ),
    ])
    .join('\n')
    .concat('\n');

const SHELLS: Readonly<Record<string, typeof bash>> = {
  bash,
  zsh: (commands, common) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands, common)}`,
  fish,
};

/** The command that prints the completion of a shell, from the commands and options as they are. */
export const completionOf = (commands: () => Commands, common: Command['options']): Command => ({
  summary: 'print the completion of a shell',
  help: `mediashelf completion bash|zsh|fish

Prints a script that completes commands and flags.

Examples
  mediashelf completion bash >> ~/.bashrc
  mediashelf completion fish > ~/.config/fish/completions/mediashelf.fish
`,
  options: {},
  run: async ({ words: [shell = ''] }, terminal) => {
    const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (!script) throw new UsageError(`completion takes a shell: ${Object.keys(SHELLS).join(', ')}`);
    say(terminal, script(commands(), common).trimEnd());
    return EXIT.ok;
  },
});
