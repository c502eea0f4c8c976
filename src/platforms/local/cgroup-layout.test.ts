import { describe, expect, test } from "vitest";
import { cgroupLayout } from "./cgroup-layout.ts";

const nothing = () => undefined;
const v1Line = (id: number, name: string, root = "/") =>
  `${id} 31 0:${id} ${root} /sys/fs/cgroup/${name} rw,relatime - cgroup cgroup rw,${name}`;

function read(path: string): string | undefined {
  return path.endsWith("/cgroup.controllers") ? "cpuset cpu io memory pids\n" : undefined;
}

const hybridMounts = [
  "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
  ...["cpu", "cpuacct", "memory", "pids"].map((name, index) => v1Line(32 + index, name)),
  "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd",
  "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
].join("\n");

describe("v1 and hybrid", () => {
  test("makes groups below the server's own in each hierarchy", () => {
    const cgroup = "8:pids:/\n4:memory:/api/896c\n2:cpuacct:/\n1:cpu:/\n0::/\n";
    expect(cgroupLayout({ mountinfo: hybridMounts, cgroup, uid: 0, read: nothing })).toEqual({
      version: 1,
      own: {
        memory: "/sys/fs/cgroup/memory/api/896c",
        cpu: "/sys/fs/cgroup/cpu",
        cpuacct: "/sys/fs/cgroup/cpuacct",
        pids: "/sys/fs/cgroup/pids",
      },
      unified: "/sys/fs/cgroup/unified",
    });
  });

  test("controllers that share a hierarchy share a folder, and a mount may show a part only", () => {
    const mountinfo = [
      v1Line(32, "cpu,cpuacct", "/docker/x"),
      v1Line(33, "memory", "/docker/x"),
      String.raw`34 31 0:34 / /sys/fs/c\040group/pids rw - cgroup cgroup rw,pids`,
    ].join("\n");
    const cgroup = "4:memory:/docker/x\n3:pids:/docker/x\n2:cpu,cpuacct:/docker/x/inner\n";
    expect(cgroupLayout({ mountinfo, cgroup, uid: 0, read: nothing })).toEqual({
      version: 1,
      own: {
        memory: "/sys/fs/cgroup/memory",
        cpu: "/sys/fs/cgroup/cpu,cpuacct/inner",
        cpuacct: "/sys/fs/cgroup/cpu,cpuacct/inner",
        pids: "/sys/fs/c group/pids/docker/x",
      },
    });
  });
});

describe("v2", () => {
  const mountinfo = "35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

  test("root makes groups at the top", () => {
    const cgroup = "0::/system.slice/ssh.service\n";
    expect(cgroupLayout({ mountinfo, cgroup, uid: 0, read })).toEqual({
      version: 2,
      parent: "/sys/fs/cgroup",
      controllers: ["memory", "cpu", "pids"],
    });
  });

  test("a user makes them in what systemd delegated, if already inside it", () => {
    const service = "/user.slice/user-1000.slice/user@1000.service";
    const inside = { mountinfo, cgroup: `0::${service}/app.slice/run-1.scope\n`, uid: 1000, read };
    expect(cgroupLayout(inside)).toMatchObject({ version: 2, parent: `/sys/fs/cgroup${service}` });
    const outside = "0::/user.slice/user-1000.slice/session-3.scope\n";
    expect(cgroupLayout({ ...inside, cgroup: outside })).toMatchObject({
      version: "none",
      reason: expect.stringContaining("systemd-run --user --scope") as string,
    });
  });
});

test("no control groups at all", () => {
  const facts = {
    mountinfo: "1 0 0:1 / / rw - ext4 /dev/vda rw",
    cgroup: "",
    uid: 0,
    read: nothing,
  };
  expect(cgroupLayout(facts)).toMatchObject({ version: "none" });
});
