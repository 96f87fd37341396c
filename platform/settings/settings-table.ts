import type { SettingMetadata } from './setting.js';
import { slices } from './slices.js';

export interface SettingDescription extends SettingMetadata {
  readonly name: string;
}

/**
 * Every setting: the source of `--help`, docs/configuration.md and .env.example. First those of the legacy worker, with
 * its names and defaults (contract §1), so that an existing `.env` works unchanged; then ours.
 */
export function settingsTable(): readonly SettingDescription[] {
  const all = Object.values(slices).flatMap((slice): SettingDescription[] => Object.values(slice));
  const isContract = ({ group }: SettingDescription) => group === 'Existing platform';
  return [...all.filter(isContract), ...all.filter((setting) => !isContract(setting))];
}

/** `.env.example`: every setting commented out at its default, so that a copy of the file changes nothing. */
export function renderEnvExample(): string {
  const sections = groups().map(([group, settings]) => {
    const lines = settings.map(
      (setting) =>
        `# ${setting.description}${unitNote(setting)}\n#${setting.name}=${setting.default ?? setting.example ?? ''}`,
    );
    return `## ${group}\n\n${lines.join('\n\n')}`;
  });
  const head =
    '# Every setting is optional. Lines without the leading # take effect; the environment counts before this file.';
  return `${head}\n\n${sections.join('\n\n')}\n`;
}

export function renderMarkdownTable(): string {
  const sections = groups().map(([group, settings]) => {
    const rows = settings.map(
      (setting) =>
        `| \`${setting.name}\` | ${defaultCell(setting)} | ${setting.description.replaceAll('|', '\\|')} |`,
    );
    return `## ${group}\n\n| variable | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`;
  });
  const head =
    '# Settings\n\nFrom the environment, or from `.env` in the working directory. All are optional. `./grader docs` writes this page.';
  return `${head}\n\n${sections.join('\n\n')}\n`;
}

/** With the unit, which also counts where there is no default. */
function defaultCell({ default: value, unit }: SettingDescription): string {
  return `${value === undefined ? '–' : `\`${value}\``} ${unit}`.trimEnd();
}

function groups(): [string, SettingDescription[]][] {
  const byGroup = new Map<string, SettingDescription[]>();
  for (const setting of settingsTable()) {
    byGroup.set(setting.group, [...(byGroup.get(setting.group) ?? []), setting]);
  }
  return [...byGroup];
}

function unitNote(setting: SettingDescription): string {
  return setting.unit === '' ? '' : ` Unit: ${setting.unit}.`;
}
