import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { parseSbatch } from "./sbatch.ts";
import { readWorkload } from "./workload-source.ts";

function read(...directives: string[]) {
  return parseSbatch(["#!/bin/sh", ...directives, "true"].join("\n"), "runs/job.sbatch");
}

function message(...lines: string[]): string {
  try {
    parseSbatch(lines.join("\n"), "job.sbatch");
  } catch (error) {
    if (error instanceof AloftError && error.code === "bad-input") return `\n${error.message}\n`;
    throw error;
  }
  throw new Error("this was accepted");
}

describe("directives", () => {
  test("become a workload", () => {
    const { workload, notices } = read(
      "#SBATCH --job-name=beam -N 1",
      "#SBATCH -n4 --cpus-per-task 2   # two threads each",
      "#SBATCH --mem-per-cpu=2G",
      "#SBATCH -t 1-12",
      "#SBATCH --gres=gpu:2 -L fluent:4,abaqus --tmp=10G",
      '#SBATCH --export=NONE,TITLE="a b"',
    );
    expect(notices).toEqual([]);
    expect(workload).toMatchObject({
      name: "beam",
      resources: { cpus: 8, memory: 16 * 1024 ** 3, disk: 10 * 1024 ** 3, time: 129_600, gpus: 2 },
      parallel: { kind: "mpi", ranks: 4 },
      licenses: { fluent: 4, abaqus: 1 },
      env: {
        TITLE: "a b",
        SLURM_JOB_NAME: "beam",
        SLURM_NTASKS: "4",
        SLURM_CPUS_PER_TASK: "2",
        SLURM_TASKS_PER_NODE: "4",
        SLURM_CPUS_ON_NODE: "8",
        SLURM_MEM_PER_CPU: "2048",
        SLURM_JOB_NODELIST: "localhost",
      },
    });
  });

  test("are not needed", () => {
    const { workload, notices } = read();
    expect(notices).toEqual([]);
    expect(workload).toMatchObject({
      name: "job",
      resources: { cpus: 1 },
      parallel: { kind: "serial" },
      env: { SLURM_JOB_NAME: "job.sbatch", SLURM_NTASKS: "1" },
    });
  });

  test.each([
    [["#SBATCH --cpus-per-task=4"], { resources: { cpus: 4 }, parallel: { kind: "threads" } }],
    [
      ["#SBATCH --ntasks-per-node=4"],
      { resources: { cpus: 4 }, parallel: { kind: "mpi", ranks: 4 } },
    ],
    [["#SBATCH --mem=500"], { resources: { memory: 500 * 1024 ** 2 } }],
    [["#SBATCH -n 2", "#SBATCH -n 3"], { parallel: { kind: "mpi", ranks: 3 } }],
    [
      ["#SBATCH --gpus-per-task=1 -n2 --mem-per-gpu=1G"],
      { resources: { gpus: 2, memory: 2 * 1024 ** 3 } },
    ],
    [["#SBATCH --gpus=a100:2 --cpus-per-gpu=3"], { resources: { gpus: 2, cpus: 6 } }],
    [["#SBATCH --arr=0-9"], { parallel: { kind: "array", count: 10 } }],
    [["#SBATCH -a 1-3"], { parallel: { kind: "array", values: [1, 2, 3] } }],
    [["#SBATCH -vn2 -Q"], { parallel: { kind: "mpi", ranks: 2 } }],
    [
      ["# a comment", "", "##SBATCH -n 2", " #SBATCH -n 3", "#SBATCH --time=5"],
      { resources: { cpus: 1, time: 300 } },
    ],
    [["#SBATCH --job-name='a#b \"c' # d"], { env: { SLURM_JOB_NAME: 'a#b "c' } }],
    [["#SBATCH --job-name=a\\ b#c"], { env: { SLURM_JOB_NAME: "a b" } }],
  ])("%j", (directives, expected) => {
    expect(read(...directives).workload).toMatchObject(expected);
  });

  test("without a meaning here are named", () => {
    const script = [
      "#!/bin/bash",
      "#SBATCH -p batch --account=phys --exclusive",
      "#SBATCH --mail-type=END --mail-user=me@example.org",
      "#SBATCH -o slurm-%j.out --job-name='my beam' --chdir=/scratch --signal=B:USR1@60",
      "#SBATCH --array=0-9%2 --nodes=1-2 --mem=0 --gpus=a100:1",
      "srun ./solve",
      "#SBATCH --time=10",
    ].join("\n");
    expect(parseSbatch(script, "job.sbatch").notices).toEqual([
      "-p batch, --account=phys, --exclusive: no meaning on one machine, ignored",
      "--mail-type=END, --mail-user=me@example.org: Aloft sends no mail, ignored",
      "-o slurm-%j.out: standard output is in the file stdout of the run's folder, see `aloft logs`",
      "--signal=B:USR1@60: at its time limit a run gets TERM, and KILL ten seconds later",
      "--array=0-9%2: Aloft runs as many tasks at once as fit, not at most 2",
      "--nodes=1-2: it gets one node",
      "--mem=0: all memory of a node: Aloft gives its default share; say --memory for more",
      "--gpus=a100:1: any gpus are taken, not only a100",
      'job.sbatch:7: "#SBATCH --time=10" stands after the first command and counts for nothing, as with sbatch',
      "--job-name=my beam: the run is named my-beam; SLURM_JOB_NAME has the whole name",
      "--chdir=/scratch: is looked for where it runs; in an image or a virtual machine it must be there",
      'job.sbatch:6: the script calls srun, which Aloft does not provide; mpirun -n "$SLURM_NTASKS" does the same',
    ]);
  });
});

describe("#ALOFT lines", () => {
  test("say what Slurm has no words for, and win", () => {
    const { workload } = read(
      "#SBATCH -c 2 --mem=1G",
      "#ALOFT image: debian:bookworm",
      "#ALOFT resources:",
      "#ALOFT   memory: 2 GiB",
      '#ALOFT inputs: ["*.inp"]',
    );
    expect(workload).toMatchObject({
      image: { from: "debian:bookworm" },
      resources: { cpus: 2, memory: 2 * 1024 ** 3 },
      inputs: ["*.inp"],
    });
  });

  test("are checked like a workload file, in their place", () => {
    expect(
      message("#!/bin/sh", "#ALOFT imag: x", "#ALOFT level: vm", "#ALOFT command: y", "true"),
    ).toMatchInlineSnapshot(`
      "
      job.sbatch has 2 problems

      job.sbatch:2:8: unknown field "imag"; did you mean "image"?
        2 | #ALOFT imag: x
          |        ^^^^
      job.sbatch:4:8: the script itself is the command
        4 | #ALOFT command: y
          |        ^^^^^^^
      "
    `);
    expect(message("#!/bin/sh", "#ALOFT level: vm", "true")).toMatchInlineSnapshot(`
      "
      job.sbatch:2:15: the level vm needs an image; add one, such as image: debian:bookworm
        2 | #ALOFT level: vm
          |               ^^
      "
    `);
  });
});

describe("what would change the result", () => {
  test("is refused, all of it at once", () => {
    expect(
      message(
        "#!/bin/bash",
        "#SBATCH --nodes=4 --tiem=10",
        "#SBATCH --mem=16Gigs -t 1h --ntasks=many",
        "#SBATCH --dependency=afterok:1234",
        "#SBATCH hetjob",
        '#SBATCH --job-name="beam',
        "#SBATCH --gres=fpga:1 -Z --cpus 4",
        "#SBATCH --mem",
        "./solve",
      ),
    ).toMatchInlineSnapshot(`
      "
      job.sbatch has 12 problems

      job.sbatch:2:9: --nodes: it asks for 4 nodes, and Aloft runs it on one; ask for --nodes=1 with as many tasks as one machine holds
        2 | #SBATCH --nodes=4 --tiem=10
          |         ^^^^^^^^^
      job.sbatch:2:19: unknown option "--tiem"; did you mean "--time"?
        2 | #SBATCH --nodes=4 --tiem=10
          |                   ^^^^^^^^^
      job.sbatch:3:9: --mem: "16Gigs" is not a size of Slurm: write a whole number and K, M, G or T, such as 16G
        3 | #SBATCH --mem=16Gigs -t 1h --ntasks=many
          |         ^^^^^^^^^^^^
      job.sbatch:3:25: -t: "1h" is not a time of Slurm: write minutes, hours:minutes:seconds or days-hours:minutes:seconds
        3 | #SBATCH --mem=16Gigs -t 1h --ntasks=many
          |                         ^^
      job.sbatch:3:28: --ntasks: "many" is not a number; expected a whole number from 1 on
        3 | #SBATCH --mem=16Gigs -t 1h --ntasks=many
          |                            ^^^^^^^^^^^^^
      job.sbatch:4:9: --dependency: Aloft has no dependencies between runs yet; run them one after the other with \`aloft run\`, which waits
        4 | #SBATCH --dependency=afterok:1234
          |         ^^^^^^^^^^^^^^^^^^^^^^^^^
      job.sbatch:5:9: heterogeneous jobs need several machines; split the script, one for each part
        5 | #SBATCH hetjob
          |         ^^^^^^
      job.sbatch:6:9: a quote is opened and not closed
        6 | #SBATCH --job-name="beam
          |         ^^^^^^^^^^^^^^^^
      job.sbatch:7:9: --gres: "fpga:1" is a resource that Aloft does not know; expected gpu, gpu:2 or gpu:type:2
        7 | #SBATCH --gres=fpga:1 -Z --cpus 4
          |         ^^^^^^^^^^^^^
      job.sbatch:7:23: unknown option "-Z"
        7 | #SBATCH --gres=fpga:1 -Z --cpus 4
          |                       ^^
      job.sbatch:7:26: "--cpus" may mean --cpus-per-task or --cpus-per-gpu
        7 | #SBATCH --gres=fpga:1 -Z --cpus 4
          |                          ^^^^^^
      job.sbatch:8:9: --mem needs a value
        8 | #SBATCH --mem
          |         ^^^^^
      "
    `);
  });

  test("a script without an interpreter", () => {
    expect(message("#SBATCH -n 4", "./solve")).toMatchInlineSnapshot(`
      "
      job.sbatch:1:1: this does not look like a batch script; the first line must be #! and the path of an interpreter, such as #!/bin/sh
        1 | #SBATCH -n 4
          | ^^^^^^^^^^^^
      "
    `);
  });

  test("line ends of Windows", () => {
    expect(message("#!/bin/bash\r", "./solve\r")).toMatchInlineSnapshot(`
      "
      job.sbatch:1:12: the script has DOS line ends (\\r\\n), which sbatch refuses and shells misread; convert it with dos2unix
        1 | #!/bin/bash
          |            ^
      "
    `);
  });

  test("more cpus than there can be is the fault of the directive", () => {
    expect(message("#!/bin/sh", "#SBATCH -c 2 -n 8000", "true")).toMatchInlineSnapshot(`
      "
      job.sbatch:2:17: resources.cpus is 16000; expected at most 4096
        2 | #SBATCH -c 2 -n 8000
          |                 ^^^^
      "
    `);
  });
});

test("Slurm's variables follow the command line", () => {
  const script = "#!/bin/sh\n#SBATCH -c 2 --mem=1G\ntrue";
  const { workload } = parseSbatch(script, "a.sbatch", {
    cpus: "4",
    memory: "2 GiB",
    env: ["SLURM_NTASKS=9"],
  });
  expect(workload).toMatchObject({
    resources: { cpus: 4, memory: 2 * 1024 ** 3 },
    env: { SLURM_CPUS_ON_NODE: "4", SLURM_MEM_PER_NODE: "2048", SLURM_NTASKS: "9" },
  });
});

test("mistakes by the thousand end in a message of reasonable length", () => {
  for (const line of ["#SBATCH --foo\n".repeat(20_000), `#SBATCH ${"v ".repeat(200_000)}\n`])
    expect(message(`#!/bin/sh\n${line}true`).length).toBeLessThan(20_000);
});

test("scripts are told from workload files", () => {
  expect(readWorkload("#!/bin/sh\ntrue", "job").workload.env["SLURM_JOB_NAME"]).toBe("job");
  expect(readWorkload("# title\ncommand: x\n#SBATCH -n 2\n", "job").workload.command).toBe("x");
  expect(() => readWorkload("# title\n#SBATCH -n 2\n", "job")).toThrow(/first line must be #!/);
});
