import type { Run } from "../model/run.ts";
import type { Connection } from "./connection.ts";

/** As many as the server lists at once. */
const mostTasks = "100000";

/** The tasks of an array in their order. */
export async function sortedTasks(connection: Connection, { id }: Run): Promise<Run[]> {
  const query = { array: id, all: "true", limit: mostTasks };
  const tasks = await connection.repeatable("listRuns", { query });
  return tasks.toSorted((a, b) => (a.task?.index ?? 0) - (b.task?.index ?? 0));
}
