import { loadEnvFile } from '../process/env-file.js';
import type { Settings } from './settings.js';
import { loadSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

/**
 * The settings of this process: its environment, completed by the file `.env` where it was started. Every process and
 * every command finds them here. @throws SettingsError
 */
export function findSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  return loadSettings(loadEnvFile(environment, workingDirectory()));
}

/** It may be gone, as after an installation that put another in its place: then nobody knows what its `.env` would say. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new SettingsError(
      [],
      'The directory this was started in is gone, and with it the file .env that may be there. Start it again in one that exists.',
      { cause },
    );
  }
}
