import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type ParsedNode,
  type YAMLMap,
} from "yaml";
import { shown } from "../base/shown.ts";
import type { FieldPath, Problem, Span, SpannedProblem } from "./workload-problem.ts";
import { syntaxProblems } from "./workload-syntax.ts";

/** Nodes that aliases may stand for altogether: a document that means more is an attack or a mistake. */
const mostAliased = 10_000;

/** What a YAML text says, as plain data, and where it says it. */
export interface YamlText {
  readonly value: unknown;
  /** What YAML itself or its use here makes impossible. */
  readonly problems: readonly SpannedProblem[];
  /** Whether `value` stands for the whole text in spite of the problems. */
  readonly complete: boolean;
  readonly place: (problem: Problem) => SpannedProblem;
}

/** Where numbers and truth values are kept as they are written: `1.10` is not `1.1` in an environment variable. */
const keptAsWritten = [/^envs?\0[^\0]*$/, /^command\0\d+$/, /^parallel\0values\0\d+$/];

type Node = ParsedNode | null;

/**
 * Reads YAML 1.2 (so JSON too). Never throws. Duplicate keys are found here: the parser's own search takes quadratic time.
 */
export function readYaml(text: string): YamlText {
  const document = parseDocument(text, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
  const syntax = syntaxProblems(document, text);
  if (document.errors.length > 0)
    return { value: undefined, problems: syntax, complete: false, place: () => unplaced };
  const reader = createReader(text);
  const value = reader.convert(document.contents, []);
  return {
    value,
    problems: [...syntax, ...reader.problems],
    complete: true,
    place: (problem) => ({ ...problem, span: reader.locate(document.contents, problem) }),
  };
}

const unplaced: SpannedProblem = {
  path: [],
  message: "not readable",
  span: { offset: 0, length: 0 },
};

function createReader(text: string) {
  const problems: SpannedProblem[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const open = new Set<Node>();
  let aliased = 0;
  let insideAlias = 0;

  function report(path: FieldPath, span: Span, message: string): undefined {
    problems.push({ path, span, message });
  }

  function convert(node: Node, path: FieldPath): unknown {
    if (insideAlias > 0) aliased += 1;
    if (aliased > mostAliased) return null;
    if (isAlias(node)) return fromAlias(node, path);
    if (node?.anchor !== undefined) anchors.set(node.anchor, node);
    open.add(node);
    try {
      if (isMap(node)) return fromMap(node, path);
      if (isSeq(node))
        return node.items.map((item, index) => convert(item as Node, [...path, index]));
      return isScalar(node) ? scalar(node, path) : null;
    } finally {
      open.delete(node);
    }
  }

  function fromAlias(alias: Alias, path: FieldPath): unknown {
    const span = spanOf(alias, text);
    const target = anchors.get(alias.source);
    const name = shown(`*${alias.source}`);
    if (!target)
      return report(
        path,
        span,
        `${name} without quotes is a reference to an anchor that is not there; for a pattern write ${name} in quotes`,
      );
    if (open.has(target)) return report(path, span, `${name} refers to what it is a part of`);
    targets.set(alias, target);
    insideAlias += 1;
    const value = convert(target, path);
    insideAlias -= 1;
    if (aliased > mostAliased && insideAlias === 0)
      report(path, span, `${name} stands for too much: at most ${mostAliased} values by reference`);
    return value;
  }

  function fromMap(map: YAMLMap.Parsed, path: FieldPath): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of map.items) {
      const key = keyOf(pair);
      const span = spanOf(pair.key, text);
      if (key === undefined) {
        report(path, span, "a field's name must be text, not a list or fields or nothing");
      } else if (key === "<<") {
        report(path, span, 'merge keys ("<<") are not part of YAML 1.2; write the fields out');
      } else if (key === "__proto__") {
        report([...path, key], span, 'unknown field "__proto__"');
      } else if (entries.has(key)) {
        report([...path, key], span, `${shown(key)} is there twice; keep one of them`);
      } else {
        entries.set(key, convert(pair.value, [...path, key]));
      }
    }
    return Object.fromEntries(entries);
  }

  function locate(root: Node, { path, at }: Problem): Span {
    let node = root;
    let span = spanOf(firstKey(root) ?? root, text);
    for (const [index, part] of path.entries()) {
      node = isAlias(node) ? (targets.get(node) ?? null) : node;
      const next = child(node, part);
      if (!next) return span;
      const byName = at === "name" || isEmpty(next.value);
      const isLast = index === path.length - 1;
      span = spanOf((isLast && !byName ? next.value : next.key) ?? next.value ?? next.key, text);
      node = next.value;
    }
    return span;
  }

  return { convert, problems, locate };
}

function scalar(node: { value: unknown; source?: string }, path: FieldPath): unknown {
  const { value, source } = node;
  if (source === undefined || (typeof value !== "number" && typeof value !== "boolean"))
    return value;
  const joined = path.join("\0");
  return keptAsWritten.some((pattern) => pattern.test(joined)) ? source : value;
}

function keyOf(pair: Pair<ParsedNode, Node>): string | undefined {
  const { key } = pair;
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? JSON.stringify(key.value));
}

function child(node: Node, part: string | number): { key?: Node; value: Node } | undefined {
  if (isSeq(node) && typeof part === "number") {
    const value = node.items[part] as Node | undefined;
    return value === undefined ? undefined : { value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyOf(item) === String(part));
  return pair && { key: pair.key, value: pair.value };
}

function firstKey(node: Node): Node | undefined {
  return isMap(node) ? node.items[0]?.key : undefined;
}

function isEmpty(node: Node): boolean {
  return !node || (node.range[0] === node.range[1] && isScalar(node));
}

/** The text of a node, its first line at most. */
function spanOf(node: { range?: readonly number[] | null } | null | undefined, text: string): Span {
  const [offset = 0, end = 0] = node?.range ?? [];
  const line = text.slice(offset, Math.min(end, offset + 200)).search(/[\r\n]/);
  return { offset, length: Math.max(1, line >= 0 ? line : end - offset) };
}
