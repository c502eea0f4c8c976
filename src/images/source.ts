import { resolve } from "node:path";
import { AloftError } from "../base/errors.ts";

/** Where a root file system comes from. Paths are absolute. */
export type Source =
  | { readonly kind: "debian"; readonly suite: string }
  /** `reference` is complete: host, path and tag or digest. */
  | { readonly kind: "registry"; readonly reference: string }
  | { readonly kind: "oci"; readonly path: string; readonly tag: string | undefined }
  | { readonly kind: "docker-archive"; readonly path: string; readonly tag: string | undefined }
  | { readonly kind: "oci-archive"; readonly path: string; readonly tag: string | undefined }
  | { readonly kind: "dir"; readonly path: string }
  | { readonly kind: "tar"; readonly path: string }
  /** An image that Aloft has, or, failing that, a registry reference. */
  | { readonly kind: "bare"; readonly text: string };

const sourceHint =
  "write debian:<suite>, docker://<reference>, oci:<folder>[:tag], docker-archive:<file>, oci-archive:<file>, dir:<folder>, tar:<file>, or an image's name or digest";

/** Debian's release numbers, as container registries tag them (https://wiki.debian.org/DebianReleases). */
const suiteByNumber: Record<string, string> = {
  "10": "buster",
  "11": "bullseye",
  "12": "bookworm",
  "13": "trixie",
};

/** Reads a recipe's `from`. Relative paths are taken from the folder `origin`. Throws `bad-input`. */
export function parseSource(text: string, origin: string): Source {
  const match = /^([a-z][a-z-]*):(.*)$/s.exec(text);
  const rest = match?.[2] ?? "";
  if (text.includes("\0") || text.includes("\n")) throw wrong(text, "it holds a control character");
  switch (match?.[1]) {
    case "debian":
      return { kind: "debian", suite: suite(rest, text) };
    case "docker":
      if (!rest.startsWith("//")) break;
      return { kind: "registry", reference: completeReference(rest.slice(2)) };
    case "oci":
      return { kind: "oci", ...tagged(rest, tagColon(rest), { text, origin }) };
    case "docker-archive":
    case "oci-archive":
      return { kind: match[1], ...tagged(rest, rest.indexOf(":"), { text, origin }) };
    case "dir":
    case "tar":
      return { kind: match[1], path: path(rest, { text, origin }) };
    default:
      if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw wrong(text, "its scheme is unknown");
  }
  if (/^[./~]/.test(text) || text.trim() === "") throw wrong(text, "it has no scheme");
  return { kind: "bare", text };
}

interface Place {
  readonly text: string;
  readonly origin: string;
}

function wrong(text: string, why: string): AloftError {
  return new AloftError("bad-input", `"${redactReference(text)}" is not an image source: ${why}`, {
    hint: sourceHint,
  });
}

function suite(name: string, text: string): string {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw wrong(text, "no Debian suite has that name");
  return suiteByNumber[name] ?? name;
}

function path(name: string, { text, origin }: Place): string {
  if (name === "") throw wrong(text, "the path is missing");
  return resolve(origin, name);
}

/** A tag follows the colon at `colon`; skopeo leaves an archive's name no colon of its own. */
function tagged(rest: string, colon: number, place: Place) {
  const tag = colon < 0 ? "" : rest.slice(colon + 1);
  if (tag === "" || tag.startsWith("/")) return { path: path(rest, place), tag: undefined };
  return { path: path(rest.slice(0, colon), place), tag };
}

/** The last colon of a layout's path, unless it belongs to a folder's name. */
function tagColon(rest: string): number {
  const colon = rest.lastIndexOf(":");
  return rest.includes("/", colon) ? -1 : colon;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const hostPattern = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const referencePattern = new RegExp(
  `^(${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/**
 * A registry reference with host, `library/` and tag as Docker completes them
 * (github.com/distribution/reference). A digest makes the tag superfluous: it is dropped.
 */
export function completeReference(text: string): string {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const named = /[.:]/.test(first) || first === "localhost";
  const host = named ? first : "docker.io";
  const match = referencePattern.exec(named ? text.slice(slash + 1) : text);
  if (!match || !hostPattern.test(host))
    throw new AloftError(
      "bad-input",
      `"${redactReference(text)}" is not a registry reference${/[A-Z]/.test(text) ? ": a repository's name is in lower case" : ""}`,
      { hint: "write [host[:port]/]repository[:tag][@sha256:digest], such as ubuntu:24.04" },
    );
  const [, name = "", tag = "latest", digest] = match;
  const official = host === "docker.io" && !name.includes("/") ? `library/${name}` : name;
  return `${host}/${official}${digest ? `@${digest}` : `:${tag}`}`;
}

/** Who wrote `user:password@host` must not find it again in a message. */
function redactReference(text: string): string {
  return text.replace(/[^/\s@]+:[^/\s@]+@(?!sha256:)/g, "***@");
}

/** `host/path` of a complete reference, without tag and digest. */
export function repository(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

/** Registries on this machine may speak plain HTTP, as Docker has it. */
export function isLoopback(reference: string): boolean {
  const host = reference.slice(0, reference.indexOf("/"));
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
