/**
 * The metrics of a process, in Prometheus' text form (version 0.0.4).
 *
 * Labels have closed lists of values: every series is there from the start, at 0, so that a rate over the first event is
 * right, and a value outside the list counts as `other`, so that nothing from outside can make new series. The client
 * library most programs use keeps 11 MB more in memory, in a worker whose memory is counted.
 */
export interface Registry {
  counter<Names extends string>(metric: Metric<Names>): Counter<Names>;
  histogram<Names extends string>(metric: HistogramMetric<Names>): Histogram<Names>;
  /** `read` is asked at each scrape. */
  gauge(metric: Metric<never>, read: () => number): void;
  /** One series for each value of the one label. */
  gauges<Names extends string>(metric: Metric<Names>, read: (labels: Labels<Names>) => number): void;
  /** As `gauge`, for a total that is kept elsewhere. */
  total(metric: Metric<never>, read: () => number): void;
  render(): string;
}

interface Metric<Names extends string> {
  /** With its unit: `…_seconds`, `…_bytes`, `…_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<Names, readonly string[]>>;
}

interface HistogramMetric<Names extends string> extends Metric<Names> {
  /** Upper bounds, ascending; the infinite one is added. */
  readonly buckets: readonly number[];
}

type Labels<Names extends string> = Readonly<Record<Names, string>>;

export interface Counter<Names extends string> {
  add(labels: Labels<Names>, by?: number): void;
  value(labels: Labels<Names>): number;
  /** Over all series. */
  sum(): number;
}

export interface Histogram<Names extends string> {
  observe(labels: Labels<Names>, value: number): void;
  /** Observations at most `bound`, one of the buckets, or all of them; over all series. */
  count(bound?: number): number;
}

export function createRegistry(): Registry {
  const families: (() => string)[] = [];
  const family = (type: string, { name, help }: Metric<never>, lines: () => readonly string[]): void => {
    const head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    families.push(() => `${head}${lines().join('\n')}\n`);
  };
  const read = (type: string) => (metric: Metric<never>, now: () => number) =>
    family(type, metric, () => [`${metric.name} ${number(now())}`]);
  return {
    counter(metric) {
      const series = new Series(metric.labels, () => ({ value: 0 }));
      family('counter', metric, () =>
        series.mapped(({ value }, labels) => `${metric.name}${braces(labels)} ${number(value)}`),
      );
      return {
        add(labels, by = 1) {
          series.of(labels).value += by;
        },
        value: (labels) => series.of(labels).value,
        sum: () => series.mapped(({ value }) => value).reduce((total, value) => total + value, 0),
      };
    },
    histogram(metric) {
      const series = new Series(metric.labels, () => newDistribution(metric.buckets.length));
      family('histogram', metric, () =>
        series.mapped((seen, labels) => distributionLines(metric, seen, labels)).flat(),
      );
      return {
        observe(labels, value) {
          const seen = series.of(labels);
          const bucket = metric.buckets.findIndex((bound) => value <= bound);
          if (bucket >= 0) seen.buckets[bucket] = (seen.buckets[bucket] ?? 0) + 1;
          seen.count += 1;
          seen.sum += value;
        },
        count: (bound) =>
          series
            .mapped((seen) => (bound === undefined ? seen.count : cumulated(metric.buckets, seen, bound)))
            .reduce((total, count) => total + count, 0),
      };
    },
    gauge: read('gauge'),
    total: read('counter'),
    gauges(metric, now) {
      const series = new Series(metric.labels, () => undefined);
      family('gauge', metric, () =>
        series.mapped((_, labels) => `${metric.name}${braces(labels)} ${number(now(labels))}`),
      );
    },
    render: () => families.map((lines) => lines()).join(''),
  };
}

/** A state for each combination of label values. */
class Series<Names extends string, State> {
  readonly #values: readonly (readonly [Names, readonly string[]])[];
  readonly #states = new Map<string, { readonly labels: Labels<Names>; readonly state: State }>();
  readonly #initial: () => State;

  constructor(labels: Readonly<Record<Names, readonly string[]>> | undefined, initial: () => State) {
    this.#initial = initial;
    this.#values = Object.entries(labels ?? {}) as [Names, readonly string[]][];
    let combinations: Record<string, string>[] = [{}];
    for (const [name, values] of this.#values) {
      combinations = combinations.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
    }
    for (const each of combinations as Labels<Names>[]) {
      this.#states.set(this.#key(each), { labels: each, state: initial() });
    }
  }

  of(labels: Labels<Names>): State {
    const known = this.#states.get(this.#key(labels));
    if (known !== undefined) return known.state;
    const closed = this.#values.map(([name, values]) => [
      name,
      values.includes(labels[name]) ? labels[name] : 'other',
    ]);
    const replaced = Object.fromEntries(closed) as Labels<Names>;
    const key = this.#key(replaced);
    const added = this.#states.get(key) ?? { labels: replaced, state: this.#initial() };
    this.#states.set(key, added);
    return added.state;
  }

  mapped<Result>(each: (state: State, labels: Labels<Names>) => Result): Result[] {
    return [...this.#states.values()].map(({ labels, state }) => each(state, labels));
  }

  #key(labels: Labels<Names>): string {
    return this.#values.map(([name]) => labels[name]).join('\0');
  }
}

interface Distribution {
  readonly buckets: number[];
  count: number;
  sum: number;
}

function newDistribution(buckets: number): Distribution {
  return { buckets: new Array<number>(buckets).fill(0), count: 0, sum: 0 };
}

function cumulated(bounds: readonly number[], seen: Distribution, bound: number): number {
  return seen.buckets.slice(0, bounds.indexOf(bound) + 1).reduce((total, count) => total + count, 0);
}

function distributionLines(
  { name, buckets }: HistogramMetric<never>,
  seen: Distribution,
  labels: Readonly<Record<string, string>>,
): string[] {
  const below = buckets.map(
    (bound) => `${name}_bucket${braces({ ...labels, le: String(bound) })} ${cumulated(buckets, seen, bound)}`,
  );
  return [
    ...below,
    `${name}_bucket${braces({ ...labels, le: '+Inf' })} ${seen.count}`,
    `${name}_sum${braces(labels)} ${number(seen.sum)}`,
    `${name}_count${braces(labels)} ${seen.count}`,
  ];
}

function braces(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

/** Twelve digits are enough for any reading here, and keep sums of fractions readable. */
function number(value: number): string {
  return String(Number(value.toPrecision(12)));
}
