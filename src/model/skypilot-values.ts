import { shown } from "../base/shown.ts";
import type { SkyRequest } from "./skypilot-request.ts";
import type { Answer } from "./sbatch-values.ts";

/*
 * Values of SkyPilot's task files, as its YAML specification and its schema have them (docs.skypilot.co/en/latest/reference/
 * yaml-spec.html; sky/utils/schemas.py).
 */

const powers: Record<string, number> = { kb: 1, mb: 2, gb: 3, tb: 4, pb: 5 };

/** Bytes of `16`, `64GB`, `1024MB`: powers of 1024, and GiB where no unit is written. */
export function skyBytes(text: string): number | undefined {
  const [, number, unit = "gb"] = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmgtp]b)?$/i.exec(text) ?? [];
  const bytes = Math.ceil(Number(number) * 1024 ** (powers[unit.toLowerCase()] ?? 3));
  return bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : undefined;
}

export function cpus(value: unknown, request: SkyRequest): Answer {
  const [, count] = /^(\d{1,5}(?:\.\d{1,6})?)\+?$/.exec(written(value)) ?? [];
  if (!(Number(count) > 0)) return wrong(value, "a number of cpus", '4 or "4+"');
  request.cpus = Number(count);
  return undefined;
}

export function memory(value: unknown, request: SkyRequest): Answer {
  const text = written(value).replace(/\+$/, "");
  const [, perCpu] = /^(\d{1,5}(?:\.\d{1,6})?)x$/.exec(text) ?? [];
  const bytes = skyBytes(perCpu ?? text);
  if (bytes === undefined)
    return wrong(value, "a size of memory", '16, "16+", "64GB" or "2x" for 2 GB for each cpu');
  request.memory = { bytes, each: perCpu === undefined ? "node" : "cpu" };
  return undefined;
}

export function diskSize(value: unknown, request: SkyRequest): Answer {
  const bytes = skyBytes(written(value));
  if (bytes === undefined) return wrong(value, "a size of a disk", '256 or "256GB"');
  request.disk = bytes;
  return undefined;
}

/** `A100`, `A100:8`, `{A100: 8}`; of a list or set the first. */
export function accelerators(value: unknown, request: SkyRequest): Answer {
  const [first, ...others] = choices(value);
  const [, name, count = "1"] =
    /^([A-Za-z][\w.-]{0,60})(?::(\d{1,4}(?:\.\d+)?))?$/.exec(first ?? "") ?? [];
  if (name === undefined) return wrong(value, "an accelerator", '"A100:8"');
  if (/^tpu-/i.test(name)) return { wrong: "Aloft has no TPUs; expected gpus such as A100:8" };
  request.gpus = Math.ceil(Number(count));
  const kind = `any gpus are taken, not only ${name}`;
  const whole = request.gpus === Number(count) ? "" : `, and whole ones: ${request.gpus}`;
  const rest =
    others.length === 0 ? "" : `; the number is that of the first of ${others.length + 1}`;
  return { notice: `${kind}${whole}${rest}` };
}

function choices(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return [written(value)];
  return Object.entries(value).map(([name, count]) =>
    count === null ? name : `${name}:${written(count)}`,
  );
}

/** Images of registries; what a cloud boots its machines from is none. */
export function imageId(value: unknown, request: SkyRequest): Answer {
  if (typeof value !== "string" && (typeof value !== "object" || value === null))
    return wrong(value, "an image", '"docker:ubuntu:22.04"');
  const [, reference] = /^docker:(?:\/\/)?(\S+)$/.exec(written(value)) ?? [];
  if (reference === undefined)
    return {
      notice:
        "an image that a cloud boots from is not available here; without one it runs in the host's own files, and --image names one",
    };
  request.image = reference;
  return undefined;
}

export function numNodes(value: unknown, request: SkyRequest): Answer {
  if (!/^[1-9]\d{0,4}$/.test(written(value))) return wrong(value, "a number of nodes", "2");
  request.nodes = Number(written(value));
  if (request.nodes === 1) return undefined;
  return {
    notice: `cpus, memory and gpus are planned for ${request.nodes} machines; a run starts its program once, not on each of them`,
  };
}

export function ports(_value: unknown, request: SkyRequest): Answer {
  request.ports = true;
  return { notice: "no port is opened; planning takes it for used from a browser (interact: web)" };
}

export function text(field: "setup" | "run") {
  return (value: unknown, request: SkyRequest): Answer => {
    if (typeof value !== "string") return wrong(value, "text for a shell", "echo hello");
    if (value.trim() !== "") request[field] = value;
    return undefined;
  };
}

/** A number, truth value or text as it is written; empty for all else. */
export function written(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value).trim()
    : "";
}

export function wrong(value: unknown, what: string, example: string): Answer {
  const found = written(value);
  return { wrong: `${found === "" ? "this" : shown(found)} is not ${what}, such as ${example}` };
}
