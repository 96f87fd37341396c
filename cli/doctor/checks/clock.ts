import type { Check } from '../check.js';
import { failed, ok, warning } from '../check.js';
import type { DoctorContext } from '../doctor-context.js';

interface Difference {
  readonly whose: string;
  /** Ours minus theirs. */
  readonly ms: number;
  /** HTTP dates have whole seconds, and some servers cache one for a second. */
  readonly isCoarse: boolean;
}

const requestMs = 5_000;

/** Deadlines, leases and "since" use several clocks. Temporal's cannot be read over its interface. */
export const clock: Check = {
  name: 'clock',
  area: 'host',
  async run(context) {
    const asked = await Promise.allSettled(
      [ofDatabase, ofDocker, ofBackend, ofBroker].map((ask) => ask(context)),
    );
    const differences = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (differences.length === 0) {
      return warning('no other clock answers, so none was compared', 'timedatectl status');
    }
    const seen = differences.map(({ whose, ms }) => `${whose} ${signed(-ms)}`).join(', ');
    const most = context.settings.watch.maxClockDifferenceMs;
    const isWrong = differences.some(({ ms, isCoarse }) => Math.abs(ms) > most + (isCoarse ? 2_000 : 0));
    if (!isWrong) return ok(`compared with ours: ${seen}`);
    return failed(
      `compared with ours: ${seen}; DOCTOR_MAX_CLOCK_DIFFERENCE is ${most / 1000} s`,
      'timedatectl set-ntp true on the machine that is wrong; compare with: timedatectl status',
    );
  },
};

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(1)} s`;
}

async function ofDatabase({ database }: DoctorContext): Promise<Difference> {
  // The first query connects; the second is timed.
  const text = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms';
  const read = () => database.query<{ now_ms: number }>({ text });
  await read();
  return compare('PostgreSQL', false, async () => {
    const [row] = await read();
    return row && new Date(row.now_ms);
  });
}

function ofDocker({ docker }: DoctorContext): Promise<Difference> {
  return compare('Docker', false, async () => {
    const info = (await docker.info()) as { SystemTime?: string };
    return info.SystemTime === undefined ? undefined : new Date(info.SystemTime);
  });
}

function ofBackend({ settings }: DoctorContext): Promise<Difference> {
  return compare('backend', true, async () => {
    const { origin } = new URL(settings.backendApiUrl.reveal());
    const response = await fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(requestMs) });
    const date = response.headers.get('date');
    return date === null ? undefined : new Date(date);
  });
}

async function ofBroker({ queueFacts }: DoctorContext): Promise<Difference> {
  const { clocks } = await queueFacts();
  if (clocks === undefined) throw new Error('RabbitMQ tells no time');
  return { whose: 'RabbitMQ', ms: clocks.ours.getTime() - clocks.broker.getTime(), isCoarse: true };
}

async function compare(
  whose: string,
  isCoarse: boolean,
  read: () => Promise<Date | undefined>,
): Promise<Difference> {
  const before = Date.now();
  const theirs = await read();
  if (theirs === undefined || Number.isNaN(theirs.getTime())) throw new Error(`${whose} tells no time`);
  return { whose, ms: Math.round((before + Date.now()) / 2 - theirs.getTime()), isCoarse };
}
