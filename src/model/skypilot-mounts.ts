import { shown } from "../base/shown.ts";
import type { Answer } from "./sbatch-values.ts";
import { placeOfInput } from "./skypilot-command.ts";
import type { SkyRequest } from "./skypilot-request.ts";
import { written, wrong } from "./skypilot-values.ts";

/** Platforms by the scheme of the addresses of their object stores. */
const stores: Readonly<Record<string, string>> = {
  s3: "aws",
  gs: "gcp",
  oci: "oci",
  cos: "ibm",
  nebius: "nebius",
  r2: "cloudflare",
};

export interface MountContext {
  readonly request: SkyRequest;
  /** It runs in an image, where any place can be made. */
  readonly imaged: boolean;
}

/** One entry of `file_mounts`: where the task looks for it, and what is there. Variables are filled in from `envs`. */
export function mount(target: string, value: unknown, context: MountContext): Answer {
  if (typeof value === "string") return mountSource(target, value, context);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong(value, "what to mount", "a path or the address of a bucket");
  const { source, name, store } = value as Record<string, unknown>;
  if (store === "volume" || "volume" in value)
    return {
      notice: "volumes are not mounted; name its data as inputs, or fetch it in the program",
    };
  if (source === undefined || source === null)
    return {
      notice: `the bucket ${shown(fill(written(name), context.request.env))} is not mounted; write results as outputs`,
    };
  if (typeof source === "string") return mountSource(target, source, context);
  if (!Array.isArray(source) || !source.every((one) => typeof one === "string"))
    return wrong(source, "a source", "a path or the address of a bucket");
  const answers = source.map((one) => mountSource(`${target}/${baseName(one)}`, one, context));
  return answers.find((answer) => answer && "wrong" in answer) ?? answers.find(Boolean);
}

function mountSource(
  writtenTarget: string,
  writtenSource: string,
  { request, imaged }: MountContext,
): Answer {
  const source = normal(fill(writtenSource, request.env));
  const target = normal(fill(writtenTarget, request.env)).replace(/^~\/sky_workdir\//, "");
  if (/\0/.test(source + target) || source === "" || target === "")
    return { wrong: "it is empty, or holds what no path can" };
  const [, scheme] = /^([a-z][\w+.-]*):\/\//i.exec(source) ?? [];
  if (scheme !== undefined) return elsewhere(source, scheme, request);
  if (/^(?:\.\.(?:\/|$)|~$)/.test(target))
    return { wrong: `nothing can be put at ${shown(target)}` };
  const reached = imaged || !/^[/~]/.test(target);
  // Its own place is where it lands.
  request.mounts.push({ target: reached ? target : placeOfInput(source), source });
  if (reached) return undefined;
  const place =
    source === "." ? "the working folder" : `${placeOfInput(source)} in the working folder`;
  return { notice: `without an image nothing is put at ${target}; ${source} is ${place}` };
}

function elsewhere(source: string, scheme: string, request: SkyRequest): Answer {
  const azure = /^https:\/\/[^/]*\.blob\.core\.windows\.net\//.test(source);
  const platform = azure ? "azure" : stores[scheme.toLowerCase()];
  const address = source.replace(/\/\/[^/@]*@/, "//").slice(0, 100);
  const lost = `${address} is not fetched; the program must do it`;
  if (platform === undefined) return { notice: lost };
  if (request.dataAt !== undefined && request.dataAt !== platform)
    return { notice: `${lost}, and planning takes all data to be at ${request.dataAt}` };
  request.dataAt = platform;
  return {
    notice: `${lost}. Planning takes it to be at ${platform}; profile.input tells region and size`,
  };
}

export function workdir(value: unknown, request: SkyRequest): Answer {
  if (typeof value === "object" && value !== null)
    return { wrong: "a repository is not fetched; clone it and name its folder" };
  if (typeof value !== "string" || value.trim() === "" || value.includes("\0"))
    return wrong(value, "a folder", ". or ../code");
  const folder = normal(fill(value, request.env));
  if (folder.includes("://"))
    return { wrong: "a repository is not fetched; clone it and name its folder" };
  request.folder = folder;
  return undefined;
}

/** Without what changes nothing: `./a//b/` is `a/b`. */
function normal(path: string): string {
  if (path.includes("://")) return path;
  const plain = path
    .trim()
    .replaceAll(/\/(?:\.?\/)+/g, "/")
    .replace(/^(?:\.\/)+/, "");
  return plain.length > 1 ? plain.replace(/\/\.?$/, "") : plain;
}

function baseName(path: string): string {
  return normal(path).split("/").at(-1) ?? path;
}

/** `$NAME` and `${NAME}` of variables that are there; others stay as they are. */
function fill(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (whole, braced, bare) => {
    const name = String(braced ?? bare);
    return Object.hasOwn(env, name) ? (env[name] ?? whole) : whole;
  });
}
