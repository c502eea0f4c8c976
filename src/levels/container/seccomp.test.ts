import { expect, test } from "vitest";
import { ociConfig, runCapabilities } from "./oci-config.ts";
import { seccompProfile } from "./seccomp.ts";

test("admits one table of system calls, and no new user namespace", () => {
  const profile = seccompProfile("x64");
  expect(profile?.architectures).toEqual(["SCMP_ARCH_X86_64"]);
  const clone = profile?.syscalls.find((rule) => rule.names.includes("clone"));
  expect(clone?.args).toEqual([
    { index: 0, value: 0x10000000, valueTwo: 0x10000000, op: "SCMP_CMP_MASKED_EQ" },
  ]);
  expect(profile?.syscalls.find((rule) => rule.names.includes("clone3"))?.errnoRet).toBe(38);
});

test("is short enough to be compiled at each start", () => {
  const names = seccompProfile("x64")?.syscalls.flatMap((rule) => rule.names) ?? [];
  expect(names.length).toBeLessThan(60);
  expect(new Set(names).size).toBe(names.length);
});

test("a container has none of the capabilities that reach the host", () => {
  for (const name of ["SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "MKNOD", "NET_ADMIN", "NET_RAW"])
    expect(runCapabilities).not.toContain(`CAP_${name}`);
});

test("only the host's network has no namespace of its own", () => {
  const request = {
    args: ["x"],
    env: {},
    cwd: "/",
    hostname: "h",
    root: "/r",
    capabilities: [],
    init: "/bin/busybox",
    sharedMemoryBytes: 1,
    binds: [],
    architecture: "x64",
  };
  expect(JSON.stringify(ociConfig({ ...request, network: "none" }))).toContain('"network"');
  expect(JSON.stringify(ociConfig({ ...request, network: "host" }))).not.toContain('"network"');
});
