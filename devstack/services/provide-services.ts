import { accessSync, constants, existsSync } from 'node:fs';
import { loadEnvFile } from '../../platform/process/env-file.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { tell } from '../../platform/terminal/print.js';
import { projectRoot } from '../project-root.js';
import type { Checkout } from './checkout.js';
import { describeCheckout } from './checkout.js';
import { docker } from './docker.js';
import { withLock } from './lock.js';
import { createPackageInstaller } from './packages.js';
import { postgres } from './postgres.js';
import type { Progress } from './progress.js';
import { createProgress } from './progress.js';
import type { Provision, Service, ServiceName } from './provision.js';
import { rabbitmq } from './rabbitmq.js';
import { checkRights } from './required-rights.js';
import { missingImagePackages, provideSandboxImage } from './sandbox-image.js';
import { ServiceError } from './service-error.js';
import type { StateFile } from './state.js';
import { openState } from './state.js';
import { purgeData, stopEverything } from './stop-services.js';
import { firstProvided } from './strategy.js';
import { temporal } from './temporal.js';

/** Where the services are; an address is empty when its service was not asked for. */
export interface ServiceAddresses {
  readonly dockerHost: string;
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly namespace: string;
  /** Sandbox image, present in the engine. */
  readonly image: string;
  /** Process ids of what was started here, by name; empty for services that were there. */
  readonly processes: Readonly<Record<string, number>>;
}

export interface ProvideOptions {
  /** All by default; `image` brings `docker`. */
  readonly only?: readonly ServiceName[];
  /** Completed by the checkout's `.env`; that of this process by default. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly root?: string;
  readonly progress?: Progress;
  /** Called when all but the image is there, which takes minutes on a fresh machine; `image` is empty then. */
  readonly onServices?: (addresses: ServiceAddresses) => void;
}

/** A first start on a fresh machine installs packages and makes an image. */
const lockTimeoutMs = 30 * 60_000;

/**
 * Provides every service, each by the first of its strategies that works, all at the same time. Safe to call again and
 * from several processes at once: what runs is used, what died is started again on its data.
 *
 * A failure of one service is thrown once the others have settled, so that nothing goes on in the background.
 * @throws ServiceError, SettingsError, or what the client of a configured service throws when it cannot be reached.
 */
export async function provideServices(options: ProvideOptions = {}): Promise<ServiceAddresses> {
  const checkout = describeCheckout(options.root ?? projectRoot);
  requireWritable(checkout);
  // Services and packages' scripts run as other users: a shell with umask 077 would keep them out. Secrets have modes of their own.
  process.umask(0o022);
  const environment = loadEnvFile(options.environment ?? process.env, checkout.root);
  const settings = loadSettings(environment);
  const progress = options.progress ?? createProgress(process.stdout);
  return locked(checkout, progress, async () => {
    const provision: Provision = {
      checkout,
      environment,
      settings,
      state: openState(checkout.stateFile),
      packages: createPackageInstaller(environment, progress),
      progress,
    };
    const withdraw = onInterrupt(() => {
      tell('Services that were started go on. End them with: ./grader down');
    });
    return provideAll(provision, wantedServices(options.only), options.onServices).finally(withdraw);
  });
}

/** Stops what was started in this checkout. @param options.purge deletes the data too. @throws ServiceError */
export async function stopServices(
  options: Omit<ProvideOptions, 'only'> & { readonly purge?: boolean } = {},
): Promise<void> {
  const checkout = describeCheckout(options.root ?? projectRoot);
  const environment = options.environment ?? process.env;
  const progress = options.progress ?? createProgress(process.stdout);
  await locked(checkout, progress, async () => {
    await stopEverything(checkout, environment, progress);
    if (options.purge === true) await purgeData(checkout, environment);
  });
}

/** @throws ServiceError for somebody who may only read the checkout. */
function requireWritable({ root, localDirectory }: Checkout): void {
  const directory = existsSync(localDirectory) ? localDirectory : root;
  try {
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    throw new ServiceError(`You may not write to ${directory}, where services keep their data.`, {
      remedy: `ls -ld ${directory}; use a clone of your own, or run this as its owner.`,
      cause,
    });
  }
}

function locked<Result>(
  checkout: Checkout,
  progress: Progress,
  work: () => Promise<Result>,
): Promise<Result> {
  const tell = (holder: number) =>
    progress.step('grader', `waiting for process ${holder}, which sets services up`);
  return withLock(checkout.lockFile, lockTimeoutMs, tell, work);
}

function wantedServices(only: readonly ServiceName[] | undefined): ReadonlySet<ServiceName> {
  const wanted = new Set(only ?? (['docker', 'image', 'rabbitmq', 'postgres', 'temporal'] as const));
  if (wanted.has('image')) wanted.add('docker');
  return wanted;
}

async function provideAll(
  provision: Provision,
  wanted: ReadonlySet<ServiceName>,
  onServices: ProvideOptions['onServices'],
): Promise<ServiceAddresses> {
  const hasRoot = await prepare(provision, wanted);
  const optional = <Provided>(service: Service<Provided>) =>
    wanted.has(service.name) ? provide(provision, service) : undefined;
  const engine = optional(docker);
  const image = wanted.has('image')
    ? engine?.then((it) => provideSandboxImage(provision, it.dockerHost))
    : undefined;
  // Without root the image may turn out to be out of reach: then nothing else is started.
  if (!hasRoot) await image;
  const broker = optional(rabbitmq);
  const database = optional(postgres);
  const server = optional(temporal);
  const addresses = Promise.all([engine, broker, database, server]).then(
    ([engineNow, brokerNow, databaseNow, serverNow]): ServiceAddresses => ({
      dockerHost: engineNow?.dockerHost ?? '',
      image: '',
      amqpUrl: brokerNow?.amqpUrl ?? '',
      databaseUrl: databaseNow?.databaseUrl ?? '',
      temporalAddress: serverNow?.temporalAddress ?? '',
      temporalUiUrl: serverNow?.temporalUiUrl ?? '',
      namespace: serverNow?.namespace ?? '',
      processes: startedProcesses(provision.state),
    }),
  );
  const told = addresses.then(onServices);
  const all = [engine, image, broker, database, server, told];
  const settled = await Promise.allSettled(all.filter((service) => service !== undefined));
  // The image fails with the engine, and what waits for all with each: told once.
  const failures = new Set(
    settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  );
  if (failures.size > 1) throw new AggregateError(failures, 'Several services cannot be provided.');
  for (const failure of failures) throw failure;
  return { ...(await addresses), image: (await image) ?? '' };
}

/** @returns whether root's rights can be had. @throws ServiceError before anything is started. */
async function prepare(provision: Provision, wanted: ReadonlySet<ServiceName>): Promise<boolean> {
  const services = [docker, rabbitmq, postgres, temporal].filter(({ name }) => wanted.has(name));
  const missing = (await Promise.all(services.map((service) => service.missingPackages(provision)))).flat();
  const hasRoot = await checkRights(provision, services, missing);
  if (missing.length === 0) return hasRoot;
  const alsoForImage = wanted.has('image') ? missingImagePackages(provision) : [];
  await provision.packages.install([...missing, ...alsoForImage]);
  return hasRoot;
}

async function provide<Provided>(provision: Provision, service: Service<Provided>): Promise<Provided> {
  const chosen = await firstProvided(service.strategies(provision));
  if (chosen === undefined) throw new ServiceError(`There is no way to provide ${service.name} here.`);
  return chosen.provided;
}

function startedProcesses(state: StateFile): Record<string, number> {
  const processes = state.names().flatMap((name) => state.service(name)?.processes ?? []);
  return Object.fromEntries(processes.map(({ name, pid }) => [name, pid]));
}
