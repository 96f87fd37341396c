import type { SettingName } from './environment.js';
import { environmentSchema } from './environment.js';
import type { SettingMetadata } from './setting.js';

export interface SettingDescription extends SettingMetadata {
  readonly name: SettingName;
}

/** Every setting in the order of the schema: the source of `--help`, docs/configuration.md and .env.example. */
export function settingsTable(): SettingDescription[] {
  return settingNames().map((name) => {
    const metadata = environmentSchema.shape[name].meta();
    return { ...(metadata as unknown as SettingMetadata), name };
  });
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
    const rows = settings.map((setting) => {
      const value = setting.default === undefined ? '–' : `\`${setting.default}\``;
      return `| \`${setting.name}\` | ${value} | ${setting.unit || ' '} | ${setting.description.replaceAll('|', '\\|')} |`;
    });
    return `## ${group}\n\n| variable | default | unit | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
  });
  return `${sections.join('\n\n')}\n`;
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

function settingNames(): SettingName[] {
  return Object.keys(environmentSchema.shape) as SettingName[];
}
