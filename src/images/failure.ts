import { AloftError } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";

/** A program that ended otherwise than with success. */
export interface Failure {
  readonly program: string;
  /** What it was working on, as the user wrote it. */
  readonly subject: string;
  /** "exit code 1" or "signal SIGKILL". */
  readonly ending: string;
  /** The last of what it printed, both streams. */
  readonly output: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** `found` is the pattern's first group. */
  readonly message: (subject: string, found: string) => string;
  readonly hint: string;
  readonly retry?: "later";
}

/** First match wins: what stands above explains more. Texts are those of Debian 12's programs. */
const rules: readonly Rule[] = [
  {
    pattern:
      /unshare: (?:unshare failed|cannot change root filesystem propagation|mount \S+ failed)/,
    code: "refused",
    message: (subject) => `${subject} cannot be built: this machine allows no new namespaces`,
    hint: "inside a container, start it with CAP_SYS_ADMIN (docker run --privileged)",
  },
  {
    pattern: /unable to pick chroot mode/i,
    code: "refused",
    message: (subject) => `building from ${subject} needs root`,
    hint: "start the server as root (./aloft down; sudo ./aloft up), or take a registry's image, such as docker://debian:bookworm, which needs none",
  },
  {
    pattern: /No space left on device|ENOSPC|Disk quota exceeded|enough free space/i,
    code: "disk-full",
    message: (subject) => `the disk became full while building ${subject}`,
    hint: "free space where Aloft keeps its state, for instance with `aloft image gc`",
    retry: "later",
  },
  {
    pattern:
      /(?:Unable to locate package|No packages? found matching|Couldn't find any package by \w+) '?([^\s']+)/,
    code: "not-found",
    message: (subject, found) => `${subject} has no package "${found}"`,
    hint: "look for its name on https://packages.debian.org, or with `apt-cache search`",
  },
  {
    pattern: /Package '([^']+)' has no installation candidate/,
    code: "not-found",
    message: (subject, found) => `${subject} has no package "${found}"`,
    hint: "look for its name on https://packages.debian.org, or with `apt-cache search`",
  },
  {
    pattern: /Version '[^']*' for '([^']+)' was not found/,
    code: "not-found",
    message: (subject, found) => `${subject} has no such version of the package "${found}"`,
    hint: "leave the version out, or name one that `apt-cache policy` shows",
  },
  {
    pattern: /GPG error|NO_PUBKEY|couldn't be verified|is not signed|invalid signature/i,
    code: "refused",
    message: (subject) => `the signature of ${subject} could not be verified`,
    hint: "install the archive's keys: apt-get install debian-archive-keyring",
  },
  {
    pattern:
      /unauthorized|authentication required|access to the resource is denied|invalid username\/password|no basic auth credentials|\b40[13] (?:Unauthorized|Forbidden)|status code 40[13]/i,
    code: "refused",
    message: (subject) => `the registry does not let us read ${subject}`,
    hint: "check the name, and log in with `skopeo login HOST` (it writes the auth file that Aloft reads)",
  },
  {
    pattern: /toomanyrequests|429 Too Many Requests/i,
    code: "unavailable",
    message: (subject) => `the registry limits how often ${subject} may be read`,
    hint: "wait a while, or log in with `skopeo login HOST`",
    retry: "later",
  },
  {
    pattern:
      /manifest unknown|name unknown|repository name not known|reading manifest \S+ in \S+: .*not found/i,
    code: "not-found",
    message: (subject) => `the registry has no ${subject}`,
    hint: "check the name and the tag; `skopeo list-tags docker://HOST/NAME` lists the tags",
  },
  {
    pattern: /does not have a Release file|\/InRelease\s+404|Release\s+404/,
    code: "not-found",
    message: (subject) => `the mirror has no suite for ${subject}`,
    hint: "name a suite that it carries, such as debian:bookworm; for Docker's image write docker://debian:TAG",
  },
  {
    pattern:
      /no such host|Could not resolve|Temporary failure resolving|network is unreachable|connection refused|could not connect|unable to connect|i\/o timeout|connection timed out|no route to host|connection reset|TLS handshake timeout/i,
    code: "unavailable",
    message: (subject) => `no network connection to where ${subject} comes from`,
    hint: "check the network, the proxy settings and the address",
    retry: "later",
  },
  {
    pattern: /server gave HTTP response to HTTPS client|x509: |certificate/i,
    code: "refused",
    message: (subject) => `the registry of ${subject} does not prove who it is (TLS)`,
    hint: "install its certificate, or allow it in /etc/containers/registries.conf",
  },
  {
    pattern: /invalid reference format|repository name must be lowercase/i,
    code: "bad-input",
    message: (subject) => `${subject} is not a valid image reference`,
    hint: "write [host[:port]/]repository[:tag][@sha256:digest]",
  },
  {
    pattern: /no image found in (?:manifest list|image index) for architecture "?([\w/]+)/i,
    code: "refused",
    message: (subject, found) => `${subject} has no image for this machine (${found})`,
    hint: "choose an image that is built for this architecture",
  },
  {
    pattern: /no such file or directory|no descriptor found|Tag "[^"]*" not found/i,
    code: "not-found",
    message: (subject) => `${subject} does not hold what was asked for`,
    hint: "check the path and the tag",
  },
  {
    pattern:
      /truncated or corrupted|Error occurred reading tar|archive\/tar|unexpected EOF|does not match|invalid header|invalid character|not in gzip format|File format not recognized|Compressed data is corrupt|unsupported format|decompression failed|no image could be loaded|manifest\.json|flate: corrupt|unexpected end of file|not look like a tar/i,
    code: "bad-input",
    message: (subject) => `${subject} is damaged, or not what it is said to be`,
    hint: "make or download it again",
  },
];

export function failureError(failure: Failure): AloftError {
  const output = redact(failure.output);
  const subject = redact(failure.subject);
  const details = { program: failure.program, output: output.slice(-4000) };
  for (const rule of rules) {
    const match = rule.pattern.exec(output);
    if (!match) continue;
    return new AloftError(rule.code, rule.message(subject, match[1] ?? ""), {
      hint: rule.hint,
      retry: rule.retry ?? "never",
      details,
    });
  }
  const last = output.trim().split("\n").at(-1)?.slice(-400) ?? "";
  const why = last === "" ? failure.ending : `${failure.ending}: ${last}`;
  return new AloftError("failed", `${failure.program} failed for ${subject} with ${why}`, {
    details,
    retry: "later",
  });
}

/** Takes passwords and tokens out of what programs print: it goes into events and errors. */
export function redact(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@"']+@/gi, "$1***@")
    .replace(/(authorization:?\s+|bearer\s+|basic\s+)[\w+/=.~-]{8,}/gi, "$1***")
    .replace(
      /((?:password|passwd|token|secret|signature|credential)["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi,
      "$1***",
    );
}
