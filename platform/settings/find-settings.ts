import { loadEnvFile } from '../process/env-file.js';
import { currentDirectory } from './current-directory.js';
import type { Settings } from './settings.js';
import { loadSettings } from './settings.js';

/**
 * The settings of this process: its environment, completed by the file `.env` where it was started. Every process and
 * every command finds them here. @throws SettingsError
 */
export function findSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  return loadSettings(loadEnvFile(environment, currentDirectory()));
}
