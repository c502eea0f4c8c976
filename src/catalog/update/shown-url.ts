import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";

/** The most characters of an address that a message repeats. */
const longest = 200;

/** An address in a message: without login, readable, and cut where it is long. */
export function shownUrl(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  if (url.searchParams.has("key")) url.searchParams.set("key", "…");
  const text = decoded(url.href);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " ")).replaceAll(/\p{Cc}/gu, "?");
  } catch {
    return text;
  }
}

/** A base address without a slash at its end. Throws `bad-input` where it is none, or holds a password. */
export function parseEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const hint = "write it as https://HOST/PATH";
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    throw new AloftError("bad-input", "an endpoint cannot hold a login", { hint });
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new AloftError("bad-input", `${shown(endpoint)} is not an endpoint`, { hint });
  return url.href.replace(/\/+$/, "");
}

/** Whether what is sent there can be read on the way: plain HTTP to anything but this machine. */
export function isReadableOnTheWay(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol !== "https:" && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
