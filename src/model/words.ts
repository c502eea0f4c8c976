import * as z from "zod";

/** What a workload, a step or a metric may be called. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/,
    'use letters, digits, ".", "_" and "-", 63 at most, the first a letter or digit',
  );

export const EnvironmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name has letters, digits and _, no digit first");

export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
/** A number or truth value written where text is meant, as in `env: {OMP_NUM_THREADS: 4}`. */
export const Word = Scalar.transform(String);
