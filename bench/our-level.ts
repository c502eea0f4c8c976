import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { randomId } from "../src/base/ids.ts";
import { createBubblewrap } from "../src/levels/process/bubblewrap.ts";
import { jobScript, reserveBytes } from "../src/model/job-script.ts";
import { type Job, jobFiles } from "../src/model/job.ts";
import { cgroupLayout } from "../src/platforms/local/cgroup-layout.ts";
import { createCgroups, removeGroups } from "../src/platforms/local/cgroups.ts";
import { bootId, bootTime } from "../src/platforms/local/machine-facts.ts";
import { readExit, readText } from "../src/platforms/local/run-folder.ts";
import { overlay, program } from "./by-hand.ts";
import { type Contender, names, type Part } from "./contender.ts";
import type { Place } from "./place.ts";

const limits = { cpus: 1, memoryBytes: 256 * 2 ** 20, pids: 32_768, graceSeconds: 10 };

/**
 * The process level by itself: the `job.sh` that the server would start, with its control group made and its files written,
 * started by hand. What it does more than bwrap is to join the group, to keep both streams, and to leave a record.
 */
export function processLevelPart(place: Place): Part {
  return {
    group: "start",
    names: [names.processLevel],
    async prepare() {
      const root = await overlay("level", place);
      const groups = createCgroups({
        layout: cgroupLayout({
          mountinfo: readFileSync("/proc/self/mountinfo", "utf8"),
          cgroup: readFileSync("/proc/self/cgroup", "utf8"),
          uid: process.getuid?.() ?? 0,
          read: readText,
        }),
        instance: place.cgroup.toLowerCase(),
        machineCpus: cpus().length,
      });
      place.defer(() => groups.dispose());
      return [contender(root, groups, place)];
    },
  };
}

function contender(
  root: string,
  groups: ReturnType<typeof createCgroups>,
  place: Place,
): Contender {
  return {
    name: names.processLevel,
    how: `/bin/sh ${jobFiles.script}, as Aloft writes it for ${program} with engine bubblewrap`,
    async measure() {
      const id = randomId();
      const folder = place.path("level-runs", id);
      const job = jobOf(id, folder, root);
      const group = groups.create(id, limits);
      const script = prepareFolder(job, group?.place);
      try {
        const end = await place.launcher.time(["/bin/sh", script]);
        const code = readExit(folder)?.code;
        if (code !== 0) throw new Error(`job.sh left the exit code ${code}`);
        return { end };
      } finally {
        await removeGroups(group?.folders ?? [], AbortSignal.timeout(10_000));
      }
    },
  };
}

function jobOf(id: string, folder: string, root: string): Job {
  const engine = createBubblewrap({ program: "bwrap", busybox: "", scratch: "", mayMount: true });
  const sandbox = engine.sandbox({
    ...{ id, folder, hostname: id, argv: [program], env: {}, network: "none" },
    ...limits,
    image: { squashfs: "", root },
  });
  return { id, folder, sandbox, limits };
}

/** What the server does before it starts `job.sh`. */
function prepareFolder(
  job: Job,
  cgroup: NonNullable<Parameters<typeof jobScript>[1]["cgroup"]> | undefined,
): string {
  const { folder, sandbox } = job;
  mkdirSync(join(folder, jobFiles.work));
  for (const { path, content } of sandbox.files) writeFileSync(join(folder, path), content);
  writeFileSync(join(folder, jobFiles.reserve), " ".repeat(reserveBytes));
  const script = join(folder, jobFiles.script);
  const boot = { bootTime: bootTime(Date.now() / 1000), bootId: bootId() };
  writeFileSync(script, jobScript(job, { ...boot, ...(cgroup ? { cgroup } : {}) }));
  return script;
}
