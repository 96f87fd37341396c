import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { renderEnvExample, renderSettingsPage } from '../../platform/settings/settings-table.js';
import { say } from '../../platform/terminal/print.js';
import { renderAnswerSchemas, renderManual } from '../docs/command-manual.js';
import { renderComposeSettings } from '../docs/compose-settings.js';
import { renderArchitecture } from '../docs/import-picture.js';
import { renderStudentMessages } from '../docs/student-messages.js';
import { projectRoot } from '../project-root.js';

/** `grader docs`: what is made from the code: commands, the schemas of their JSON, settings, .env.example, messages to students,
 * the pictures of the imports. */
export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description('write the generated pages, settings files and import pictures')
    .action(async () => {
      for (const [file, content] of Object.entries(await generatedDocs(program))) {
        await writeFile(join(projectRoot, file), content);
        say(file);
      }
    });
}

/** File → content, so that a test can tell whether what is committed is up to date. */
export async function generatedDocs(program: Command): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/cli.md': renderManual(program),
    ...renderAnswerSchemas(program),
    'docs/configuration.md': renderSettingsPage(),
    '.env.example': renderEnvExample(),
    'deploy/compose/settings.yml': renderComposeSettings(),
    'docs/student-messages.md': renderStudentMessages(),
    'docs/architecture.md': await renderArchitecture(),
  };
}
