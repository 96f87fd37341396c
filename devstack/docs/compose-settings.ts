import { webConsole } from '../../platform/settings/console-slice.js';
import { settingsTable } from '../../platform/settings/settings-table.js';

/** What a deployment in containers decides itself, and why: these do not come from the operator's environment. */
export const setByCompose: Readonly<Record<string, string>> = {
  DOCKER_HOST: 'the socket of the host is mounted where the engine looks for it',
  HOST_ID: "the container's own host name tells the scaled workers apart",
  TEMP_DIR: 'a volume',
  SAMPLES_DIR: 'a volume',
  BRIDGE_HEALTH_PORT: 'stands in the image',
  WORKER_HEALTH_PORT: 'stands in the image',
  HEALTH_HOST: 'the probes run inside the container',
  ...Object.fromEntries(
    Object.values(webConsole).map(({ name }) => [name, 'only the console has it: engine.yml']),
  ),
  REFERENCE_BACKEND_HOST: 'stands in the image of the reference backend',
  REFERENCE_BACKEND_PORT: 'stands in the image of the reference backend',
};

/** `deploy/compose/settings.yml`: a service to extend, which has every other setting from the environment or `.env`. */
export function renderComposeSettings(): string {
  const names = settingsTable()
    .map(({ name }) => name)
    .filter((name) => !(name in setByCompose));
  const lines = names.map((name) => `      ${name}: \${${name}:-}`);
  const reasons = Object.entries(setByCompose).map(([name, why]) => `#   ${name}: ${why}`);
  return `# Made by ./grader docs: every setting of docs/configuration.md, from the environment or .env.
# An empty variable counts as not set, so every default is the one of that page.
# Not here, as the deployment decides them:
${reasons.join('\n')}
services:
  settings:
    environment:
${lines.join('\n')}
`;
}
