/** The tasks of `--array`, in order and each once as Slurm has them. */
export interface SlurmArray {
  readonly indices: readonly number[];
  /** How many may run at once (`%4`). */
  readonly atOnce?: number;
}

/** Slurm's own highest task number (MaxArraySize cannot be more), and more tasks than Aloft takes. */
const mostTasks = 1_000_000;
const range = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/;

/** `0-9`, `1,3,5-7`, `0-15:4`, each with `%limit`; text says why it is not one. */
export function parseSlurmArray(text: string): SlurmArray | string {
  const [list = "", limit, ...more] = text.split("%");
  if (more.length > 0 || (limit !== undefined && !/^[1-9]\d{0,6}$/.test(limit)))
    return "after % comes how many tasks may run at once";
  const indices = new Set<number>();
  for (const part of list.split(",")) {
    const [, first, last = first, step = "1"] = range.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first) || Number(step) === 0)
      return `${JSON.stringify(part.slice(0, 60))} is no task number and no range`;
    for (let index = Number(first); index <= Number(last); index += Number(step)) {
      indices.add(index);
      if (indices.size > mostTasks) return `more than ${mostTasks} tasks`;
    }
  }
  const sorted = [...indices].toSorted((a, b) => a - b);
  return { indices: sorted, ...(limit === undefined ? {} : { atOnce: Number(limit) }) };
}
