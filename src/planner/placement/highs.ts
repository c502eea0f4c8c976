import type { Highs, Model } from "highs";
import type { MixedIntegerModel, MixedIntegerSolution, Solve } from "./mixed-integer.ts";

/**
 * HiGHS as WebAssembly, loaded when it is first asked for. It solves in the thread that calls it, which does nothing else meanwhile.
 * A limit ends it late where a single step of its takes long.
 */
export function createHighs(): Solve {
  let loading: Promise<Highs> | undefined;
  return async (model, seconds) => {
    loading ??= load();
    return solved(await loading, model, seconds);
  };
}

async function load(): Promise<Highs> {
  const { default: loader } = await import("highs");
  // Its types are those of the CommonJS build, where the loader lies one level deeper than in the module that Node and bundlers load.
  return (loader as unknown as (typeof loader)["default"])();
}

/** Proves what is about 1 in size to be the best within a billionth. */
const exactness = 1e-9;

function solved(highs: Highs, model: MixedIntegerModel, seconds: number): MixedIntegerSolution {
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
function answer(highs: Highs, model: Model): MixedIntegerSolution {
  const code = model.getModelStatus();
  const { modelStatus, solutionStatus } = highs.constants;
  const feasible = model.info.get("primal_solution_status") === solutionStatus.feasible;
  const name = Object.entries(modelStatus).find(([, value]) => value === code)?.[0];
  const told = {
    values: feasible ? model.getSolution().colValue : null,
    bound: Number(model.info.get("mip_dual_bound")),
    detail: `HiGHS ${highs.version.string}: ${name ?? code}`,
  };
  if (code === modelStatus.optimal && feasible) return { ...told, status: "optimal" };
  if (code === modelStatus.infeasible) return { ...told, status: "infeasible", values: null };
  if (code === modelStatus.unbounded) return { ...told, status: "unbounded", values: null };
  if (code === modelStatus.timeLimit) return { ...told, status: "time limit" };
  return { ...told, status: "failed", values: null };
}
