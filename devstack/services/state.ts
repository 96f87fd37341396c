import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { replaceFile } from '../../platform/process/replace-file.js';
import { ServiceError } from './service-error.js';

const processSchema = z.object({
  name: z.string(),
  pid: z.number().int().positive(),
  startTicks: z.number().int(),
  /** Ended by it; postgres needs SIGINT to leave without waiting for its clients. */
  stopSignal: z.enum(['SIGTERM', 'SIGINT', 'SIGKILL']),
});

const recordSchema = z.object({
  strategy: z.string(),
  address: z.string(),
  /** Loopback ports by purpose; kept when a service is started again. */
  ports: z.record(z.string(), z.number().int()),
  /** In the order of their start. */
  processes: z.array(processSchema),
  /** Data outside .local that `down --purge` removes. */
  outsideDirectories: z.array(z.string()),
});

const stateSchema = z.object({ version: z.literal(1), services: z.record(z.string(), recordSchema) });

export type ProcessRecord = z.output<typeof processSchema>;
export type ServiceRecord = z.output<typeof recordSchema>;

/**
 * What this checkout started, in `.local/state.json`. Every change is on disk before the call returns, and replaces
 * the file as a whole, so that `down` finds every process even after a crash of the one that started it.
 */
export interface StateFile {
  service(name: string): ServiceRecord | undefined;
  names(): readonly string[];
  put(name: string, record: ServiceRecord): void;
  remove(name: string): void;
}

/** @throws ServiceError when the file is there and makes no sense. */
export function openState(path: string): StateFile {
  const services: Record<string, ServiceRecord> = { ...readState(path) };
  const save = () => {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `${JSON.stringify({ version: 1, services }, undefined, 2)}\n`);
  };
  return {
    service: (name) => services[name],
    names: () => Object.keys(services),
    put: (name, record) => {
      services[name] = record;
      save();
    },
    remove: (name) => {
      delete services[name];
      save();
    },
  };
}

function readState(path: string): Record<string, ServiceRecord> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOENT')) return {};
    throw new ServiceError(`Cannot read ${path}: ${errorLine(cause)}.`, { remedy: `ls -l ${path}`, cause });
  }
  try {
    return stateSchema.parse(JSON.parse(text)).services;
  } catch (cause) {
    throw new ServiceError(
      `${path} does not have the form this version writes, so what was started here is not known.`,
      { remedy: `Look for processes with: ps -ef | grep ${dirname(path)}; then delete ${path}`, cause },
    );
  }
}
