import { SettingsError } from './settings-error.js';

/** It may be gone, as after an installation that put another in its place: then nobody knows what its `.env` would say. @throws SettingsError */
export function currentDirectory(): string {
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
