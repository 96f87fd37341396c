import type { Command } from 'commander';
import { Argument } from 'commander';
import { completionNodes } from '../completion/completion-words.js';
import type { Shell } from '../completion/render-completion.js';
import { renderCompletion, shells } from '../completion/render-completion.js';

const examples = `
Examples:
  grader completion bash > ~/.local/share/bash-completion/completions/grader
  grader completion zsh > ~/.zfunc/_grader
  grader completion fish > ~/.config/fish/completions/grader.fish

Make the directory first, where it is not there, as by: mkdir -p ~/.zfunc
The .zshrc of zsh needs: fpath=(~/.zfunc $fpath); autoload -U compinit && compinit
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
