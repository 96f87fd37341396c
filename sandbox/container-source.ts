import type Docker from 'dockerode';
import type { Logger } from './logger.js';
import { missingSources } from './missing-sources.js';
import { pruneWarmImages } from './prune-images.js';
import type { RunnerSources } from './runner-messages.js';
import { SandboxContainer } from './sandbox-container.js';
import { ensureWarmImage } from './warm-image.js';

/** Far longer than from a warm image to the first container of it, on a busy host too. */
const newImagesKeptMs = 60 * 60_000;

export interface ContainerSourceOptions {
  readonly docker: Docker;
  readonly baseImage: string;
  readonly cppFlagSets: readonly (readonly string[])[];
  readonly runtime: string | undefined;
  /** Superseded warm images are removed when they are so old. Default: an hour. */
  readonly newImagesKeptMs: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/** Makes containers of the warm image, and that image where it is missing. */
export class ContainerSource {
  readonly #options: ContainerSourceOptions;
  #image: Promise<string> | undefined;
  #preparing: string | undefined;
  #sources: RunnerSources | undefined;

  constructor(options: ContainerSourceOptions) {
    this.#options = options;
  }

  /** What is made before a container can be; undefined where nothing is missing. */
  get preparing(): string | undefined {
    return this.#preparing;
  }

  /** What the kernel offers here; undefined until the first container answers. */
  get sources(): RunnerSources | undefined {
    return this.#sources;
  }

  /** @throws what Docker or the build of the image says; the next call begins with the image. */
  async make(): Promise<SandboxContainer> {
    const { docker, runtime, labels } = this.#options;
    this.#image ??= this.#provideImage();
    try {
      const container = await SandboxContainer.start({ docker, image: await this.#image, runtime, labels });
      if (this.#sources === undefined) this.#learn(container.sources);
      return container;
    } catch (error) {
      // Looked for, and made, again: it may have been removed, or Docker may have another set of images.
      this.#image = undefined;
      throw error;
    }
  }

  #learn(sources: RunnerSources | undefined): void {
    this.#sources = sources;
    for (const missing of sources === undefined ? [] : missingSources(sources)) {
      this.#options.log.warn({}, `of this host's kernel: ${missing}`);
    }
  }

  async #provideImage(): Promise<string> {
    const { docker, baseImage, cppFlagSets, labels, log } = this.#options;
    const current = await ensureWarmImage({
      ...{ docker, baseImage, cppFlagSets, labels, log },
      onProgress: (what) => {
        this.#preparing = what;
      },
    });
    // In the background: nobody waits for it, and nothing depends on it.
    pruneWarmImages(docker, current, this.#options.newImagesKeptMs ?? newImagesKeptMs).then(
      (removed) => {
        if (removed.length > 0) log.info({ removed }, 'superseded warm images removed');
      },
      (error: unknown) => log.debug({ err: error }, 'superseded warm images not removed'),
    );
    return current;
  }
}
