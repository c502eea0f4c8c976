/** One line of APT's configuration: where packages of some suites come from (sources.list(5)). */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring's absolute path; absent where the default or an embedded key is meant. */
  readonly keyring?: string;
}

/** Reads the one-line format. What is not a binary source (`deb-src`, comments, nonsense) is left out. */
export function parseOneLine(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line);
    if (!match) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const keyring = /(?:^|\s)signed-by=(\S+)/.exec(options)?.[1];
    return [source([uri], [suite], words(components), keyring)];
  });
}

/** Reads the deb822 format of `*.sources` files. Disabled stanzas are left out. */
export function parseDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = stanzaFields(stanza);
    const uris = words(fields.get("uris"));
    const suites = words(fields.get("suites"));
    const enabled = !/^(?:no|false|0|off)$/i.test(fields.get("enabled") ?? "");
    if (!enabled || !words(fields.get("types")).includes("deb")) return [];
    if (uris.length === 0 || suites.length === 0) return [];
    return [source(uris, suites, words(fields.get("components")), fields.get("signed-by"))];
  });
}

function stanzaFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = "";
  for (const line of stanza.split("\n")) {
    if (line.startsWith("#")) continue;
    const match = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/.exec(line);
    if (match) name = (match[1] ?? "").toLowerCase();
    const value = match ? (match[2] ?? "") : line;
    if (name !== "") fields.set(name, `${fields.get(name) ?? ""} ${value}`.trim());
  }
  return fields;
}

function source(uris: string[], suites: string[], components: string[], keyring?: string) {
  const path = keyring?.split(",")[0];
  return { uris, suites, components, ...(path?.startsWith("/") ? { keyring: path } : {}) };
}

function words(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== "") ?? [];
}

export const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const archive = { uri: "http://deb.debian.org/debian", keyring: debianKeyring };
const security = { uri: "http://deb.debian.org/debian-security", keyring: debianKeyring };

/** Debian mirrors keep this path below whatever host they have; snapshots add a date. */
const archivePath = /\/debian(?:\/\d{8}T\d{6}Z)?\/?$/;
const securityPath = /\/debian-security(?:\/\d{8}T\d{6}Z)?\/?$/;

/** Suites that never have updates or security archives beside them. */
const single = new Set(["sid", "unstable", "experimental", "rc-buggy"]);

/** One line for `sources.list`, in the parts that differ by reader. */
export interface SuiteSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly keyring: string | undefined;
}

/**
 * Where `suite` comes from on a machine with these sources: the archive, its updates and its security
 * fixes. A machine that names a mirror is believed: nothing else is added to it, and what it marks as
 * `trusted` is verified all the same. Other vendors' sources play no part.
 */
export function suiteSources(configured: readonly AptSource[], suite: string): SuiteSource[] {
  const known = configured.flatMap((entry) => entry.uris.map((uri) => ({ ...entry, uri })));
  const main = known.filter((entry) => archivePath.test(entry.uri));
  const fixes = known.filter((entry) => securityPath.test(entry.uri));
  const same = main.find((entry) => entry.suites.includes(suite));
  const chosen = same ?? main[0] ?? archive;
  const components = same && same.components.length > 0 ? same.components : ["main"];
  const line = (place: { uri: string; keyring?: string }, name: string): SuiteSource => ({
    uri: place.uri,
    suite: name,
    components,
    keyring: place.keyring,
  });
  const lines = [line(chosen, suite)];
  if (single.has(suite)) return lines;
  lines.push(line(chosen, `${suite}-updates`));
  const safe = fixes.find((entry) => entry.suites.includes(`${suite}-security`)) ?? fixes[0];
  const place = safe ?? (main.length === 0 ? security : undefined);
  if (place) lines.push(line(place, `${suite}-security`));
  return lines;
}

/** A URI without user name and password. */
export function publicUri(uri: string): string {
  return uri.replace(/^([a-z+.-]+:\/\/)[^/@]*@/i, "$1");
}
