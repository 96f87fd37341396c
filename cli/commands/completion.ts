import type { Command } from 'commander';
import { Argument } from 'commander';
import { completionNodes } from '../completion/completion-words.js';
import type { Shell } from '../completion/render-completion.js';
import { renderCompletion, shells } from '../completion/render-completion.js';

const examples = `
Examples:
  D=~/.local/share/bash-completion/completions; mkdir -p $D && grader completion bash > $D/grader
  mkdir -p ~/.zfunc && grader completion zsh > ~/.zfunc/_grader
  printf '%s\\n' 'fpath=(~/.zfunc $fpath)' 'autoload -U compinit && compinit' >> ~/.zshrc
  mkdir -p ~/.config/fish/completions && grader completion fish > ~/.config/fish/completions/grader.fish

For one shell alone: source <(grader completion bash)`;

/** `grader completion`: completes commands and options with the Tab key. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => {
      process.stdout.write(renderCompletion(shell, completionNodes(program)));
    });
}
