import type { Choice } from "./graph.ts";

/** What each pair of a front is made of: an option of a node with what its branches do, or two branches together. */
export interface Trail {
  /** How many there are so far. */
  readonly size: number;
  /** `refs` are of the branches in and out; -1 for none. */
  add(node: number, option: number, refs: readonly [number, number]): number;
  join(refs: readonly [number, number]): number;
  /** The option of every node that the pair is made of. */
  choice(ref: number, nodes: number): Choice;
}

const joint = -1;

export function createTrail(): Trail {
  const nodes: number[] = [];
  const options: number[] = [];
  const lefts: number[] = [];
  const rights: number[] = [];
  const add: Trail["add"] = (node, option, [left, right]) => {
    nodes.push(node);
    options.push(option);
    lefts.push(left);
    return rights.push(right) - 1;
  };
  return {
    get size() {
      return nodes.length;
    },
    add,
    join: (refs) => add(joint, 0, refs),
    choice(ref, count) {
      const choice = new Int32Array(count);
      const open = [ref];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (next < 0) continue;
        const node = nodes[next] ?? joint;
        if (node !== joint) choice[node] = options[next] ?? 0;
        open.push(lefts[next] ?? -1, rights[next] ?? -1);
      }
      return choice;
    },
  };
}
