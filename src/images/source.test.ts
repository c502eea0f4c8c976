import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { parseDeb822, parseOneLine, publicUri, suiteSources } from "./apt-sources.ts";
import { failureError, redact } from "./failure.ts";
import { completeReference, isLoopback, parseSource, repository } from "./source.ts";

/** Whether a text is a source with absolute paths, or refused as it should be. */
function outcome(text: string): boolean {
  try {
    const source = parseSource(text, "/here");
    return !("path" in source) || source.path.startsWith("/");
  } catch (error) {
    return error instanceof AloftError && error.code === "bad-input";
  }
}

function failure(output: string) {
  return failureError({ program: "skopeo", subject: "x:1", ending: "exit code 1", output });
}

describe("image sources", () => {
  test.each([
    ["debian:bookworm", { kind: "debian", suite: "bookworm" }],
    ["debian:12", { kind: "debian", suite: "bookworm" }],
    ["docker://ubuntu:24.04", { kind: "registry", reference: "docker.io/library/ubuntu:24.04" }],
    ["docker://quay.io/a/b", { kind: "registry", reference: "quay.io/a/b:latest" }],
    ["oci:layout", { kind: "oci", path: "/here/layout", tag: undefined }],
    ["oci:layout:v1", { kind: "oci", path: "/here/layout", tag: "v1" }],
    ["oci:/a:b/layout", { kind: "oci", path: "/a:b/layout", tag: undefined }],
    ["docker-archive:x.tar", { kind: "docker-archive", path: "/here/x.tar", tag: undefined }],
    [
      "docker-archive:x.tar:busybox:1",
      { kind: "docker-archive", path: "/here/x.tar", tag: "busybox:1" },
    ],
    ["tar:../x.tar.zst", { kind: "tar", path: "/x.tar.zst" }],
    ["dir:/srv/root", { kind: "dir", path: "/srv/root" }],
    ["ubuntu:24.04", { kind: "bare", text: "ubuntu:24.04" }],
    ["localhost:5000/x", { kind: "bare", text: "localhost:5000/x" }],
  ])("%s", (text, source) => {
    expect(parseSource(text, "/here")).toEqual(source);
  });

  test.each([
    "",
    " ",
    "debian:",
    "debian:Book",
    "dir:",
    "https://x/y",
    "./x",
    "/x",
    "a\nb",
    "ftp://x",
  ])("%j is refused with a hint", (text) => {
    expect(() => parseSource(text, "/here")).toThrow(
      expect.objectContaining({ code: "bad-input", hint: expect.any(String) as string }),
    );
  });

  test("any text is a source or a bad input", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `docker://${text}`),
          fc.webUrl(),
        ),
        (text) => {
          expect(outcome(text)).toBe(true);
        },
      ),
    );
  });

  test("completing a reference twice changes nothing more", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const tag = fc.option(fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9._-]{0,9}$/), { nil: "" });
    const host = fc.constantFrom("", "quay.io/", "localhost:5000/", "127.0.0.1:5000/");
    fc.assert(
      fc.property(
        host,
        fc.array(part, { minLength: 1, maxLength: 3 }),
        tag,
        (first, parts, last) => {
          const whole = completeReference(`${first}${parts.join("/")}${last}`);
          expect(completeReference(whole)).toBe(whole);
          expect(whole.startsWith(`${repository(whole)}:`)).toBe(true);
        },
      ),
    );
  });

  test("a digest stands for the tag; a password in a reference is not repeated", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    expect(completeReference(`ubuntu:1@${digest}`)).toBe(`docker.io/library/ubuntu@${digest}`);
    expect(() => completeReference("me:secret-word@host.example/x")).toThrow(/^(?!.*secret-word)/);
    expect(isLoopback("127.0.0.1:5000/x:1")).toBe(true);
    expect(isLoopback("127.0.0.1.example.org/x:1")).toBe(false);
  });
});

describe("APT's sources", () => {
  const deb822 = `# ours
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://other.example/debian
Suites: sid
Components: main
`;

  test("are read in both formats", () => {
    const both = [
      ...parseDeb822(deb822),
      ...parseOneLine(
        "deb [arch=amd64 signed-by=/k.gpg] https://x.example/apt stable main # c\n# deb http://n/debian a b\ndeb-src http://n/debian a b",
      ),
    ];
    expect(both.map(({ uris }) => uris[0])).toEqual([
      "http://mirror.example/debian/",
      "http://mirror.example/debian-security",
      "https://x.example/apt",
    ]);
    expect(both[0]?.components).toEqual(["main", "contrib"]);
    expect(both[2]).toMatchObject({ keyring: "/k.gpg", suites: ["stable"], components: ["main"] });
  });

  test("give a suite its archive, updates and security from the machine's mirror alone", () => {
    const configured = parseDeb822(deb822);
    expect(suiteSources(configured, "bookworm").map(({ uri, suite }) => `${uri} ${suite}`)).toEqual(
      [
        "http://mirror.example/debian/ bookworm",
        "http://mirror.example/debian/ bookworm-updates",
        "http://mirror.example/debian-security bookworm-security",
      ],
    );
    expect(suiteSources(configured, "trixie")[0]).toMatchObject({
      suite: "trixie",
      components: ["main"],
    });
    expect(suiteSources(configured, "sid")).toHaveLength(1);
    const foreign = parseOneLine("deb https://packages.example/apt bookworm main");
    expect(suiteSources(foreign, "bookworm").map(({ uri }) => new URL(uri).host)).toEqual(
      Array(3).fill("deb.debian.org"),
    );
    expect(
      suiteSources(parseOneLine("deb [trusted=yes] http://m/debian bookworm main"), "bookworm"),
    ).toHaveLength(2);
  });

  test("of any text are read without failing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const found = suiteSources(
          [...parseOneLine(text), ...parseDeb822(text), ...parseOneLine(`deb ${text}`)],
          "bookworm",
        );
        expect(found[0]?.suite).toBe("bookworm");
      }),
    );
  });
});

describe("what programs say", () => {
  test.each([
    ["E: Unable to locate package foo", "not-found", 'x:1 has no package "foo"'],
    [
      "E: The repository 'http://d/debian nosuite Release' does not have a Release file.",
      "not-found",
      "suite",
    ],
    ["dial tcp: lookup nohost.invalid on 1.1.1.1:53: no such host", "unavailable", "no network"],
    ["E: unable to pick chroot mode automatically", "refused", "building from x:1 needs root"],
    ["write /x: no space left on device", "disk-full", "disk became full"],
    [
      "reading manifest 9 in h/x: unauthorized: authentication required",
      "refused",
      "does not let us read",
    ],
    ["reading manifest 9 in h/x: manifest unknown", "not-found", "has no x:1"],
    ["something else entirely", "failed", "something else entirely"],
  ])("%s", (output, code, message) => {
    expect(failure(output)).toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  test("is told without passwords and tokens", () => {
    const text =
      "GET https://me:word@h/x Authorization: Bearer abcdefghijkl password=hunter22 token: t0psecret";
    expect(redact(text)).not.toMatch(/word@|abcdefghijkl|hunter22|t0psecret/);
    expect(publicUri("http://u:p@h/debian")).toBe("http://h/debian");
  });
});
