import { shown } from "../base/shown.ts";
import {
  type Answer,
  exported,
  gpus,
  gres,
  kept,
  licenses,
  nodes,
  size,
  type SlurmRequest,
} from "./sbatch-values.ts";
import { parseSlurmArray } from "./sbatch-array.ts";
import { parseSlurmTime } from "./sbatch-time.ts";

export interface SlurmOption {
  readonly argument: "none" | "optional" | "required";
  /** Takes the value into the request. Absent for an option that changes nothing here: `because` says why. */
  readonly apply?: (value: string, request: SlurmRequest) => Answer;
  readonly because?: string;
}

export const noPlace = "no meaning on one machine";
export const noMail = "Aloft sends no mail";

/** Every option of sbatch(1), Slurm 22.05 to 24.11. */
export const slurmOptions: Readonly<Record<string, SlurmOption>> = {
  ...counted("ntasks", "tasks"),
  ...counted("ntasks-per-node", "tasksPerNode"),
  ...counted("cpus-per-task", "cpusPerTask"),
  ...counted("mincpus", "leastCpus"),
  ...counted("gpus-per-task", "gpusPerTask"),
  ...counted("cpus-per-gpu", "cpusPerGpu"),
  ...sized("mem-per-cpu", "memoryPerCpu"),
  ...sized("mem-per-gpu", "memoryPerGpu"),
  ...sized("tmp", "disk"),
  mem: needs((text, request) => {
    if (/^0+[KMGT]?B?$/i.test(text))
      return {
        notice: "all memory of a node: Aloft gives its default share; say --memory for more",
      };
    return size(text, (bytes) => (request.memory = bytes));
  }),
  nodes: needs(nodes),
  time: needs((text, request) => {
    const seconds = parseSlurmTime(text);
    if (seconds === undefined)
      return {
        wrong: `${shown(text)} is not a time of Slurm: write minutes, hours:minutes:seconds or days-hours:minutes:seconds`,
      };
    if (seconds === null) delete request.time;
    else request.time = seconds;
    return undefined;
  }),
  array: needs((text, request) => {
    const array = parseSlurmArray(text);
    if (typeof array === "string")
      return { wrong: `${array}; expected tasks such as 0-9, 1,3,5-7 or 0-15:4` };
    request.indices = array.indices;
    if (array.atOnce === undefined) return undefined;
    return { notice: `Aloft runs as many tasks at once as fit, not at most ${array.atOnce}` };
  }),
  "job-name": needs((text, request) => {
    request.name = text;
    return undefined;
  }),
  chdir: needs((text, request) => {
    request.folder = text;
    return undefined;
  }),
  gres: needs((text, request) => gres(text, request)),
  gpus: needs((text, request) => gpus(text, request)),
  "gpus-per-node": needs((text, request) => gpus(text, request)),
  licenses: needs(licenses),
  export: needs(exported),
  partition: needs((text, request) => {
    request.partition = text;
    return { notice: noPlace };
  }),
  account: needs((text, request) => {
    request.account = text;
    return { notice: noPlace };
  }),
  output: needs((text) => ({ notice: kept(text, "standard output", "stdout") })),
  error: needs((text) => ({ notice: kept(text, "standard error", "stderr") })),
  input: needs((text) =>
    text === "/dev/null"
      ? undefined
      : { wrong: "a run has no standard input; redirect it in the script (`program < file`)" },
  ),
  begin: needs((text) =>
    text === "now" ? undefined : { wrong: "Aloft starts runs as soon as they fit" },
  ),
  dependency: refused(
    "Aloft has no dependencies between runs yet; run them one after the other with `aloft run`, which waits",
  ),
  hold: { ...refused("Aloft cannot hold runs; submit it when it may start"), argument: "none" },
  "export-file": refused("write the variables under --export or in the script"),
  container: refused("name an image with `#ALOFT image: …` or `aloft run --image`"),
  wrap: refused("it has no meaning in a script"),
  uid: refused("a run belongs to whoever starts it"),
  gid: refused("a run belongs to whoever starts it"),
  bb: refused("there is no burst buffer here; copy files in the script, or name them as inputs"),
  bbf: refused("there is no burst buffer here; copy files in the script, or name them as inputs"),
  "ntasks-per-gpu": refused("say --ntasks instead"),
  "gpus-per-socket": refused("say --gpus instead"),
  "tres-per-task": refused("say --cpus-per-task and --gpus-per-task instead"),
  "test-only": { ...refused("`aloft plan` tells what would happen"), argument: "none" },
  ...ignored(
    noPlace,
    "required",
    `acctg-freq batch cluster-constraint clusters constraint core-spec cores-per-socket cpu-freq delay-boot distribution
    exclude extra extra-node-info gpu-bind gpu-freq gres-flags hint kill-on-invalid-dep mcs-label mem-bind network nodefile
    nodelist ntasks-per-core ntasks-per-socket power prefer priority profile qos reservation resv-ports segment
    sockets-per-node switches thread-spec threads-per-core wait-all-nodes wckey`,
  ),
  ...ignored(noPlace, "optional", "exclusive nice no-kill x11"),
  ...ignored(
    noPlace,
    "none",
    "contiguous oversubscribe overcommit reboot spread-job use-min-nodes",
  ),
  ...ignored(noMail, "required", "mail-type mail-user"),
  ...ignored("Aloft keeps no comments", "required", "comment"),
  ...ignored("a run has the environment that the workload names", "optional", "get-user-env"),
  ...ignored("limits of the submitting shell are not passed on", "optional", "propagate"),
  ...ignored("a run is never started again by itself", "none", "requeue"),
  ...ignored("each run has files of its own", "required", "open-mode"),
  ...ignored("at its time limit a run gets TERM, and KILL ten seconds later", "required", "signal"),
  ...ignored("the time limit is not shortened", "required", "time-min"),
  ...ignored("Aloft knows no deadlines", "required", "deadline"),
  // What these ask for is so in any case.
  ...ignored("", "none", "no-requeue parsable quiet verbose wait ignore-pbs"),
};

const letters = `A account a array B extra-node-info b begin C constraint c cpus-per-task D chdir d dependency e error
  F nodefile G gpus H hold i input J job-name k no-kill L licenses M clusters m distribution N nodes n ntasks O overcommit
  o output p partition Q quiet q qos S core-spec s oversubscribe t time v verbose W wait w nodelist x exclude`;

/** The long name of each option of one letter. */
export const shortOptions: ReadonlyMap<string, string> = new Map(
  Array.from(letters.matchAll(/(\S)\s+(\S+)/g), ([, letter = "", name = ""]) => [letter, name]),
);

type Count = "tasks" | "tasksPerNode" | "cpusPerTask" | "leastCpus" | "gpusPerTask" | "cpusPerGpu";
type Size = "memoryPerCpu" | "memoryPerGpu" | "disk";

function needs(apply: NonNullable<SlurmOption["apply"]>): SlurmOption {
  return { argument: "required", apply };
}

function refused(wrong: string): SlurmOption {
  return needs(() => ({ wrong }));
}

function ignored(
  because: string,
  argument: SlurmOption["argument"],
  names: string,
): Record<string, SlurmOption> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, { argument, because }]));
}

function counted(name: string, field: Count): Record<string, SlurmOption> {
  const apply = (text: string, request: SlurmRequest): Answer => {
    if (!/^[1-9]\d{0,5}$/.test(text))
      return { wrong: `${shown(text)} is not a number; expected a whole number from 1 on` };
    request[field] = Number(text);
    return undefined;
  };
  return { [name]: needs(apply) };
}

function sized(name: string, field: Size): Record<string, SlurmOption> {
  return { [name]: needs((text, request) => size(text, (bytes) => (request[field] = bytes))) };
}
