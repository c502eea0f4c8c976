import { fcnnlsVector } from "ml-fcnnls";
import type { ScalingPoint } from "../src/planner/runtime/scaling-point.ts";

type Predict = (point: ScalingPoint) => number | null;

/** From the nearest run in scale and size, in proportion to size and to 1 / (machines × cpus of each). */
export function perCpuGuess(
  runs: readonly ScalingPoint[],
  cpusOf: (machine: string) => number,
): Predict {
  const far = (a: ScalingPoint, b: ScalingPoint): number =>
    Math.abs(Math.log(a.scale / b.scale)) +
    Math.abs(Math.log(a.size / b.size)) +
    // A run on the same machine type is nearer than any other.
    (a.machine === b.machine ? 0 : 10);
  return (point) => {
    const [first] = runs;
    if (first === undefined) return null;
    const near = runs.reduce((best, run) => (far(run, point) < far(best, point) ? run : best));
    const cpus = (one: ScalingPoint): number => one.scale * cpusOf(one.machine);
    return (near.seconds * (point.size / near.size) * cpus(near)) / cpus(point);
  };
}

/**
 * Ernest as published (Venkataraman et al., NSDI 2016): non-negative least squares of seconds over 1, size / machines,
 * log machines and machines. It knows neither machine types nor other parameters.
 */
export function ernest(runs: readonly ScalingPoint[]): Predict {
  const most = Math.max(...runs.map(({ size }) => size));
  const features = ({ scale, size }: ScalingPoint): number[] => [
    1,
    size / most / scale,
    Math.log(scale),
    scale,
  ];
  try {
    const coefficients = fcnnlsVector(
      runs.map(features),
      runs.map(({ seconds }) => seconds),
    ).K.to1DArray();
    return (point) => features(point).reduce((sum, x, k) => sum + x * (coefficients[k] ?? 0), 0);
  } catch {
    return () => null;
  }
}
