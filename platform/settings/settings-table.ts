import type { Setting } from './setting.js';
import { slices } from './slices.js';

/**
 * Every setting: the source of `--help`, docs/configuration.md and .env.example. First those of the legacy worker, with
 * its names and defaults (contract §1), so that an existing `.env` works unchanged; then ours.
 */
export function settingsTable(): readonly Setting<unknown>[] {
  const all = Object.values(slices).flatMap((slice): Setting<unknown>[] => Object.values(slice));
  const isContract = ({ group }: Setting<unknown>) => group === 'Existing platform';
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

/** docs/configuration.md */
export function renderSettingsPage(): string {
  const sections = groups().map(([group, settings]) => {
    const lines = settings.map(
      (setting) =>
        `- \`${setting.name}\`${inBrackets(setting)}: ${`${setting.description}${accepted(setting)}`.replaceAll('<', '\\<')}`,
    );
    return `## ${group}\n\n${lines.join('\n')}`;
  });
  const head = `# Settings\n\nFrom the environment, or from \`.env\` in the working directory. All are optional; defaults are in brackets. In \`.env\`, \`$\{NAME}\` and \`$\{NAME:-default}\` stand for what the environment or a line before sets, but not in single quotes. \`./grader docs\` writes this page.`;
  return `${head}\n\n${sections.join('\n\n')}\n`;
}

/** The default with its unit; the unit alone where there is none. */
function inBrackets({ default: value, unit }: Setting<unknown>): string {
  const words = [...(value === undefined ? [] : [`\`${value}\``]), ...(unit === '' ? [] : [unit])];
  return words.length === 0 ? '' : ` (${words.join(' ')})`;
}

/** No setting takes it, so each says what it takes: the sentence that whoever sets something else reads, too. */
const impossible = '\u0000';

/** Choices and bounds; empty where any text will do. */
function accepted({ schema }: Setting<unknown>): string {
  const message = schema.safeParse(impossible).error?.issues[0]?.message;
  return message === undefined ? '' : ` Values: ${message}.`;
}

function groups(): [string, Setting<unknown>[]][] {
  const byGroup = new Map<string, Setting<unknown>[]>();
  for (const setting of settingsTable()) {
    byGroup.set(setting.group, [...(byGroup.get(setting.group) ?? []), setting]);
  }
  return [...byGroup];
}

function unitNote(setting: Setting<unknown>): string {
  return setting.unit === '' ? '' : ` Unit: ${setting.unit}.`;
}
