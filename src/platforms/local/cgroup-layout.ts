/** Where control groups of runs can be made, and in which form. */
export type CgroupLayout =
  | {
      readonly version: 1;
      /** For each controller: the folder of the server's own group, below which ours are made. */
      readonly own: Partial<Record<Controller, string>>;
      /** The mount point of a `cgroup2` beside the v1 ones: the hybrid layout, which crun refuses. */
      readonly unified?: string;
    }
  | {
      readonly version: 2;
      /** The folder below which our group is made. */
      readonly parent: string;
      /** Controllers that `parent` may hand down. */
      readonly controllers: readonly Controller[];
    }
  | { readonly version: "none"; readonly reason: string };

export const controllers = ["memory", "cpu", "cpuacct", "pids"] as const;
export type Controller = (typeof controllers)[number];

export interface CgroupFacts {
  /** `/proc/self/mountinfo` */
  readonly mountinfo: string;
  /** `/proc/self/cgroup` */
  readonly cgroup: string;
  readonly uid: number;
  /** The text of a file, `undefined` where it cannot be read: asked for `cgroup.controllers`. */
  readonly read: (path: string) => string | undefined;
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** The layout that the kernel's own texts tell. A v1 hierarchy with the memory controller makes it v1 or hybrid. */
export function cgroupLayout(facts: CgroupFacts): CgroupLayout {
  const mounts = cgroupMounts(facts.mountinfo);
  const own: Partial<Record<Controller, string>> = {};
  for (const controller of controllers) {
    const folder = ownV1Folder(controller, mounts, facts.cgroup);
    if (folder !== undefined) own[controller] = folder;
  }
  const unified = mounts.find((mount) => mount.type === "cgroup2");
  if (own.memory !== undefined || own.pids !== undefined)
    return { version: 1, own, ...(unified ? { unified: unified.point } : {}) };
  if (unified) return v2Layout(unified, facts);
  return { version: "none", reason: "no control groups are mounted" };
}

function v2Layout(mount: Mount, facts: CgroupFacts): CgroupLayout {
  const path = /^0::(.*)$/m.exec(facts.cgroup)?.[1] ?? "/";
  const parent = facts.uid === 0 ? mount.point : delegated(mount, path, facts.uid);
  if (parent === undefined)
    return {
      version: "none",
      reason: `systemd has delegated no control group to user ${facts.uid} here: start the server with systemd-run --user --scope`,
    };
  const names = facts.read(`${parent}/cgroup.controllers`)?.trim().split(/\s+/) ?? [];
  return { version: 2, parent, controllers: controllers.filter((name) => names.includes(name)) };
}

/**
 * The user's own service, which systemd hands over whole. Only a process that is already below it may move
 * others into it (cgroup v2 asks for write access to the common ancestor).
 */
function delegated(mount: Mount, path: string, uid: number): string | undefined {
  const match = new RegExp(`^(.*/user@${uid}\\.service)/`).exec(path);
  return match?.[1] === undefined ? undefined : below(mount, match[1]);
}

function ownV1Folder(
  controller: Controller,
  mounts: readonly Mount[],
  cgroup: string,
): string | undefined {
  const mount = mounts.find((it) => it.type === "cgroup" && it.options.includes(controller));
  const line = cgroup.split("\n").find((it) => it.split(":")[1]?.split(",").includes(controller));
  const path = line?.split(":").slice(2).join(":");
  return mount && path !== undefined ? below(mount, path) : undefined;
}

/** A path of a hierarchy in the file system, by a mount that may show only a part of the hierarchy. */
function below(mount: Mount, path: string): string {
  const inside =
    mount.root === "/" ? path : path.startsWith(mount.root) ? path.slice(mount.root.length) : "/";
  return inside === "/" || inside === "" ? mount.point : `${mount.point}${inside}`;
}

/** Format: proc_pid_mountinfo(5). Later mounts hide earlier ones at the same point. */
function cgroupMounts(mountinfo: string): Mount[] {
  const found = new Map<string, Mount>();
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root = "/", point = ""] = before.split(" ").map(unescapeOctal);
    const [type = "", , options = ""] = after.split(" ");
    if (type === "cgroup" || type === "cgroup2")
      found.set(point, { root, point, type, options: options.split(",") });
  }
  return [...found.values()];
}

export function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
