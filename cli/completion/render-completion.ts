import type { CompletionNode } from './completion-words.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that the shell reads at its start. It contains the words; completing does not call the program. */
export function renderCompletion(shell: Shell, nodes: readonly CompletionNode[]): string {
  switch (shell) {
    case 'bash':
      return bash(nodes);
    case 'zsh':
      return zsh(nodes);
    case 'fish':
      return fish(nodes);
  }
}

/** The path consists of the words that are commands, so values of options in between do no harm. */
function bash(nodes: readonly CompletionNode[]): string {
  const values = nodes.flatMap(({ path, values: known }) =>
    known.map(
      ({ option, values: words }) => `    '${path} ${option}') words='${words.join(' ')}'; files=0 ;;`,
    ),
  );
  const cases = nodes.map(({ path, words, takesFiles }) => {
    const list = words.map(({ word }) => word).join(' ');
    return `    '${path}') words='${list}'; files=${takesFiles ? 1 : 0} ;;`;
  });
  return `# Completion of grader for bash. For every shell: grader completion --help
_grader() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' words='' files=0 next index
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in
      ${nodes
        .filter(({ path }) => path !== '')
        .map(({ path }) => `'${path}'`)
        .join('|')}) path=$next ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if ((files)); then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _grader grader ./grader
`;
}

function zsh(nodes: readonly CompletionNode[]): string {
  const values = nodes.flatMap(({ path, values: known }) =>
    known.map(
      ({ option, values: words }) =>
        `    ${quoted(`${path} ${option}`)}) words=(${words.map(quoted).join(' ')}); files=0 ;;`,
    ),
  );
  const cases = nodes.map(({ path, words, takesFiles }) => {
    const list = words.map(({ word, description }) =>
      quoted(`${word.replaceAll(':', '\\:')}:${description}`),
    );
    return `    ${quoted(path)}) words=(${list.join(' ')}); files=${takesFiles ? 1 : 0} ;;`;
  });
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `#compdef grader
# Completion of grader for zsh; it belongs into a directory of $fpath, as _grader
_grader_words() {
  local route='' next files=0
  local -a words paths
  paths=(${paths.join(' ')})
  for next in "\${(@)grader_typed}"; do
    if (( \${paths[(Ie)\${route:+$route }$next]} )); then route="\${route:+$route }$next"; fi
  done
  case "$route" in
${cases.join('\n')}
  esac
  case "$route \${grader_typed[-1]}" in
${values.join('\n')}
  esac
  _describe 'grader' words
  if (( files )); then _files; fi
}
_grader() {
  local -a grader_typed=("\${(@)words[2,CURRENT-1]}")
  _grader_words
}
if [[ $funcstack[1] == _grader ]]; then _grader; else compdef _grader grader; fi
`;
}

function fish(nodes: readonly CompletionNode[]): string {
  const lines = nodes.flatMap(({ path, words, values, takesFiles }) => {
    const condition = `"__grader_at '${path}'"`;
    const files = takesFiles ? [`complete -c grader -n ${condition} -F`] : [];
    const valuesOf = (word: string) => values.find(({ option }) => option === word)?.values ?? [];
    return [
      ...words.map(({ word, description }) => {
        const known = valuesOf(word).length === 0 ? '' : ` -x -a ${quoted(valuesOf(word).join(' '))}`;
        const what = word.startsWith('--') ? `-l ${word.slice(2)}${known}` : `-a ${quoted(word)}`;
        return `complete -c grader -n ${condition} ${what} -d ${quoted(description)}`;
      }),
      ...files,
    ];
  });
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of grader for fish: grader completion fish > ~/.config/fish/completions/grader.fish
function __grader_at
    set -l route ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$route $word")
        if contains -- $next ${paths.join(' ')}
            set route $next
        end
    end
    test "$route" = "$argv[1]"
end
complete -c grader -f
${lines.join('\n')}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
