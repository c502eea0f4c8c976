import { parentPort } from "node:worker_threads";
import type { Highs, Model } from "highs";
import type {
  MixedIntegerModel,
  MixedIntegerSolution,
} from "../planner/placement/mixed-integer.ts";

/*
 * The thread that HiGHS, which is WebAssembly here, solves in. The bundle copies this file as it is: it may import packages and
 * types, but none of our own code.
 */

export interface SolveRequest {
  readonly model: MixedIntegerModel;
  readonly seconds: number;
}

export type WorkerMessage = "ready" | MixedIntegerSolution;

/** Proves what is about 1 in size to be the best within a billionth. */
const exactness = 1e-9;

const { default: loader } = await import("highs");
// Its types are those of the CommonJS build, where the loader lies one level deeper than in the module that Node loads.
const highs = await (loader as unknown as (typeof loader)["default"])();
parentPort?.on("message", (request: SolveRequest) => send(solved(request)));
send("ready");

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message, []);
}

function solved({ model, seconds }: SolveRequest): MixedIntegerSolution {
  const { columns, rows } = model;
  const [numCols, numRows] = [columns.cost.length, rows.lower.length];
  const { starts, indices, values } = rows;
  const data = {
    ...{ numCols, numRows },
    ...{ colCost: columns.cost, colLower: columns.lower, colUpper: columns.upper },
    ...{ rowLower: rows.lower, rowUpper: rows.upper, integrality: columns.integer },
    matrix: { format: "csr", numRows, numCols, starts, indices, values } as const,
  };
  try {
    return highs.withModel(data, (instance) => {
      instance.options.set({
        output_flag: false,
        time_limit: seconds,
        random_seed: 0,
        // Presolve is slower than solving for models of this kind, and that of HiGHS 1.15 does not end for some that are infeasible.
        presolve: "off",
        mip_rel_gap: exactness,
        mip_abs_gap: exactness,
        mip_feasibility_tolerance: exactness,
        primal_feasibility_tolerance: exactness,
        dual_feasibility_tolerance: exactness,
      });
      if (model.start) instance.setSolution({ colValue: model.start });
      instance.run();
      return answer(highs, instance);
    });
  } catch (error) {
    return {
      status: "failed",
      values: null,
      bound: Number.NEGATIVE_INFINITY,
      detail: String(error),
    };
  }
}

/** HiGHS tells how it went by a status, not by throwing. */
function answer({ constants, version }: Highs, model: Model): MixedIntegerSolution {
  const code = model.getModelStatus();
  const { modelStatus, solutionStatus } = constants;
  const isFeasible = model.info.get("primal_solution_status") === solutionStatus.feasible;
  const name = Object.entries(modelStatus).find(([, value]) => value === code)?.[0];
  const told = {
    values: isFeasible ? model.getSolution().colValue : null,
    bound: Number(model.info.get("mip_dual_bound")),
    detail: `HiGHS ${version.string} says ${name ?? code}`,
  };
  if (code === modelStatus.optimal && isFeasible) return { ...told, status: "optimal" };
  if (code === modelStatus.infeasible) return { ...told, status: "infeasible", values: null };
  if (code === modelStatus.unbounded) return { ...told, status: "unbounded", values: null };
  if (code === modelStatus.timeLimit) return { ...told, status: "time limit" };
  return { ...told, status: "failed", values: null };
}
