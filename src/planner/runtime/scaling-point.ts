/** One timed run, as a scaling model sees it. */
export interface ScalingPoint {
  /** Machines or cpus, whichever a model is over. */
  readonly scale: number;
  /** Of the input, in the user's unit; 1 where it is not known to vary. */
  readonly size: number;
  /** Other numbers that the time hangs on, in one order for all points. */
  readonly parameters: readonly number[];
  /** Runs of one machine type have one name. */
  readonly machine: string;
  /** What is left out together when a model is tested; `null`: left to the model. */
  readonly group: string | null;
  readonly seconds: number;
}

/** Where in the space of scale, size and parameters. */
export type Place = Pick<ScalingPoint, "scale" | "size" | "parameters">;

export function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The lower middle one of an even number. `NaN` for none. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

/** How many different places: what is known does not grow with repetitions of one. */
export function configurations(points: readonly ScalingPoint[]): number {
  return new Set(points.map(placeKey)).size;
}

export function placeKey({ scale, size, parameters }: Place): string {
  return `${scale} ${size} ${parameters.join(" ")}`;
}
