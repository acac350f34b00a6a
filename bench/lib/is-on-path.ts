import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @param path - as the environment has it */
export function isOnPath(command: string, path = ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}
