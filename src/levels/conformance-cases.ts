/* oxlint-disable vitest/no-standalone-expect -- describeEngine wraps each case in a test */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { randomId } from "../base/ids.ts";
import { type Bench, execute, MiB } from "./conformance-bench.ts";
import { inheritedDescriptors, leftovers, withListener } from "./conformance-machine.ts";

/** Text that finds every place where somebody forgot to quote. */
const awkward = `it's "so" $HOME \`id\` \\ \n ; & | < > ( ) * ? [a] {b} ~ # ! % ü ☃\t end `;

/** What every engine does alike, whatever its level. */
export const engineCases = {
  async "gives the exit code"({ run }) {
    const { exit } = await run("exit 7");
    expect(exit).toMatchObject({ code: 7, oomKills: 0, timedOut: false, cancelled: false });
    expect(exit).toMatchObject({ diskFull: false, engineFailed: false });
    expect(exit.endedAt).toBeGreaterThanOrEqual(exit.startedAt);
  },

  async "gives 128 + n after signal n"({ run }) {
    expect((await run("kill -KILL $$")).exit.code).toBe(137);
    expect((await run("kill -TERM $$")).exit.code).toBe(143);
    expect((await run("kill -SEGV $$")).exit.code).toBe(139);
  },

  async "a program that is not there gives 127, and it is not the engine's failure"({ run }) {
    for (const program of ["no-such-program-here", "/no/such/program"]) {
      const { exit, stderr } = await run([program]);
      expect(exit).toMatchObject({ code: 127, engineFailed: false });
      expect(stderr.toString()).toContain(program);
    }
  },

  async "keeps the two streams apart, and every byte"({ run }) {
    const { stdout, stderr } = await run(
      "cat input; cat input input >&2; echo end; echo done >&2",
      { prepare: (folder) => writeFileSync(join(folder, "work/input"), everyByte) },
    );
    expect(stdout.equals(Buffer.concat([everyByte, Buffer.from("end\n")]))).toBe(true);
    expect(stderr.equals(Buffer.concat([everyByte, everyByte, Buffer.from("done\n")]))).toBe(true);
  },

  async "adds no word of its own to the streams, whatever the network"({ run, engine }) {
    for (const network of engine.abilities.networks) {
      const { exit, stdout, stderr } = await run("true", { network });
      const said = stdout.toString() + stderr.toString();
      expect({ network, code: exit.code, said }).toEqual({ network, code: 0, said: "" });
    }
  },

  async "passes the environment exactly"({ run }) {
    const env = { ALOFT_PLAIN: "1", ALOFT_AWKWARD: awkward, ALOFT_EMPTY: "", p: "kept" };
    const { stdout } = await run(
      'printf "%s|%s|%s|%s" "$ALOFT_PLAIN" "$ALOFT_AWKWARD" "${ALOFT_EMPTY-unset}" "$p"',
      { env },
    );
    expect(stdout.toString()).toBe(`1|${awkward}||kept`);
  },

  async "does not show the environment to other processes' eyes"({ run }) {
    const secret = `secret${randomId()}`;
    let seen: string[] = [];
    await run("echo > ready; while [ ! -e done ]; do sleep 0.05; done", {
      env: { TOKEN: secret },
      async whenReady({ folder }) {
        seen = leftovers(secret);
        writeFileSync(join(folder, "work/done"), "");
      },
    });
    expect(seen).toEqual([]);
  },

  async "passes arguments exactly"({ run }) {
    const args = [awkward, "", "-e", "--", "$(id)", "two words", "\\"];
    const { stdout } = await run(["sh", "-c", 'printf "<%s>" "$@"', "name", ...args]);
    expect(stdout.toString()).toBe(args.map((it) => `<${it}>`).join(""));
  },

  async "starts in the working folder, or where it is told"({ run, engine }) {
    const here = await run("pwd -P; echo here > file");
    if (engine.abilities.image === "required") expect(here.stdout.toString()).toBe("/work\n");
    expect(readFileSync(join(here.folder, "work/file"), "utf8")).toBe("here\n");
    expect((await run("pwd", { workdir: "/usr" })).stdout.toString()).toBe("/usr\n");
  },

  async "a relative workdir is below the working folder, and made where it is missing"({
    run,
    engine,
  }) {
    for (const workdir of ["a b/c", "./a b/c/"]) {
      const { exit, stdout, folder } = await run("pwd -P; echo here > file", { workdir });
      const work = engine.abilities.image === "required" ? "/work" : join(folder, "work");
      expect({ code: exit.code, pwd: stdout.toString() }).toEqual({
        code: 0,
        pwd: `${work}/a b/c\n`,
      });
      expect(readFileSync(join(folder, "work/a b/c/file"), "utf8")).toBe("here\n");
    }
  },

  async "a missing absolute workdir is made in an image, and refused on the host"({ run, engine }) {
    const { exit, stdout, stderr } = await run("pwd", { workdir: "/missing/folder" });
    if (engine.abilities.image === "required")
      expect({ code: exit.code, pwd: stdout.toString() }).toEqual({
        code: 0,
        pwd: "/missing/folder\n",
      });
    else {
      expect(exit).toMatchObject({ engineFailed: true });
      expect(stderr.toString()).toMatch(/^aloft: the workdir \/missing\/folder is no folder/);
    }
  },

  async "takes files in and gives files out, with their modes"({ run }) {
    const { folder, exit } = await run(
      "set -e; ./program > out; mkdir -p a/b; cp data a/b/copy; chmod 750 out; ln -s out link; [ ! -x data ]",
      {
        prepare(folder) {
          writeFileSync(join(folder, "work/data"), everyByte);
          writeFileSync(join(folder, "work/program"), "#!/bin/sh\necho ran\n", { mode: 0o755 });
        },
      },
    );
    expect(exit.code).toBe(0);
    expect(readFileSync(join(folder, "work/a/b/copy")).equals(everyByte)).toBe(true);
    expect(readFileSync(join(folder, "work/link"), "utf8")).toBe("ran\n");
    expect(statSync(join(folder, "work/out")).mode & 0o777).toBe(0o750);
    expect(statSync(join(folder, "work/out")).uid).toBe(process.getuid?.());
  },

  async "leaves no signal ignored and no descriptor open in the program"({ run, engine }) {
    const { stdout } = await run("grep SigIgn /proc/self/status; ls /proc/self/fd");
    const [ignored, ...descriptors] = stdout.toString().trim().split("\n");
    expect(ignored).toMatch(/^SigIgn:\s+0+$/);
    // Besides the three streams: the folder that ls reads, and what this test's own parent let it inherit.
    const inherited = engine.level === "process" ? inheritedDescriptors() : [];
    expect(descriptors.filter((it) => !inherited.includes(it))).toEqual(["0", "1", "2", "3"]);
  },

  async "reads nothing from its standard input"({ run }) {
    expect((await run("cat; echo end")).stdout.toString()).toBe("end\n");
  },

  async "has a root that can be written, and is gone afterwards"({ run, engine }) {
    if (engine.abilities.image === "impossible") return;
    const first = await run("echo mine > /usr/mine && rm /etc/keep && cat /usr/mine");
    expect(first.stdout.toString()).toBe("mine\n");
    const second = await run("ls /usr; cat /etc/keep");
    expect(second.stdout.toString()).not.toContain("mine");
    expect(second.stdout.toString()).toContain("kept");
  },

  async "reports that memory ran out"({ run, trial }) {
    const { exit } = await run("x=a; while :; do x=$x$x; done", {
      limits: { memoryBytes: trial.memoryBytes ?? 64 * MiB },
    });
    expect(exit.oomKills).toBeGreaterThan(0);
    expect(exit.code).not.toBe(0);
    expect(exit.timedOut).toBe(false);
  },

  async "ends the whole tree at the time limit"({ run }) {
    const mark = `${4000 + Math.floor(Math.random() * 1e6)}.125`;
    const { exit } = await run(
      `sh -c 'sleep ${mark} & sleep ${mark}' & echo > ready; sleep ${mark}`,
      {
        limits: { seconds: 2 },
      },
    );
    expect(exit).toMatchObject({ code: 143, timedOut: true, cancelled: false });
    expect(leftovers(mark)).toEqual([]);
  },

  async "cancelling asks first: a handler decides"({ run }) {
    const { exit, stdout } = await run(
      "trap 'echo asked; exit 5' TERM; echo > ready; while :; do sleep 0.05; done",
      { whenReady: ({ cancel }) => cancel({ now: false }) },
    );
    expect(exit).toMatchObject({ code: 5, cancelled: true, timedOut: false });
    expect(stdout.toString()).toBe("asked\n");
  },

  async "cancelling ends a program without a handler"({ run }) {
    const { exit } = await run("echo > ready; exec sleep 1000", {
      whenReady: ({ cancel }) => cancel({ now: false }),
    });
    expect(exit).toMatchObject({ code: 143, cancelled: true });
  },

  async "cancelling kills a tree that will not end"({ run }) {
    const { exit } = await run("trap '' TERM; echo > ready; while :; do sleep 0.05; done", {
      limits: { graceSeconds: 0.5 },
      whenReady: ({ cancel }) => cancel({ now: false }),
    });
    expect(exit).toMatchObject({ code: 137, cancelled: true });
  },

  async "cancelling at once does not ask"({ run }) {
    const { exit, stdout } = await run(
      "trap 'echo asked; exit 5' TERM; echo > ready; while :; do sleep 0.05; done",
      { whenReady: ({ cancel }) => cancel({ now: true }) },
    );
    expect(exit).toMatchObject({ code: 137, cancelled: true });
    expect(stdout.toString()).toBe("");
  },

  async "what the program leaves running ends with it"({ run }) {
    const mark = `${4000 + Math.floor(Math.random() * 1e6)}.375`;
    const { exit } = await run(`sleep ${mark} & exit 0`);
    expect(exit.code).toBe(0);
    expect(leftovers(mark)).toEqual([]);
  },

  async "tells of a full disk, and how the run ended all the same"({ trial }) {
    const folder = mkdtempSync(join(tmpdir(), "aloft-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    try {
      const host = await trial.open(folder);
      const command = "while cat /bin/busybox; do :; done 2> /dev/null; exit 4";
      const { exit, stdout } = await execute(trial, host, command, {});
      expect(exit).toMatchObject({ code: 4, diskFull: true, engineFailed: false });
      expect(stdout.length).toBeGreaterThan(MiB);
      await host[Symbol.asyncDispose]();
    } finally {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    }
  },

  async "network none: nothing but the loopback"({ run }) {
    const { stdout } = await run("tail -n +3 /proc/net/dev | cut -d: -f1", { network: "none" });
    expect(stdout.toString().trim().split(/\s+/)).toEqual(["lo"]);
  },

  async "network host: the host's own loopback"({ run }) {
    await withListener(async (port) => {
      const { stdout } = await run(`busybox nc 127.0.0.1 ${port} < /dev/null`, { network: "host" });
      expect(stdout.toString()).toBe("hello\n");
    });
  },

  async "network nat: the outside, and not the host's loopback"({ run }) {
    await withListener(async (port) => {
      const tries = ["127.0.0.1", "10.0.2.2"].map(
        (it) => `busybox nc -w 2 ${it} ${port} < /dev/null;`,
      );
      const fetch = "wget -q -O - http://deb.debian.org/debian/dists/bookworm/Release | head -n 1";
      const { stdout } = await run(`${tries.join(" ")} ${fetch}`, { network: "nat" });
      expect(stdout.toString()).toBe("Origin: Debian\n");
    });
  },

  async "limits the cpus"({ run }) {
    // Two busy loops for at least a second of wall-clock time, on a quarter of a cpu.
    const loop = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
    const { exit } = await run(`(${loop}) & (${loop}) & wait`, {
      limits: { cpus: 0.25, seconds: 100 },
    });
    const wall = exit.endedAt - exit.startedAt;
    expect((exit.cpuSeconds ?? 0) / wall).toBeLessThan(0.4);
  },

  async "limits the processes"({ run }) {
    const { stdout, stderr } = await run(
      "i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo all",
      { limits: { pids: 30 } },
    );
    expect(stdout.toString()).toBe("");
    expect(stderr.toString()).toMatch(/fork/);
  },

  async "measures what the run used"({ run }) {
    const { exit } = await run(
      "x=$(head -c 20000000 /dev/zero | tr '\\0' x); i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done",
    );
    expect(exit.cpuSeconds).toBeGreaterThan(0.05);
    expect(exit.cpuSeconds).toBeLessThan(60);
    expect(exit.maxMemoryBytes).toBeGreaterThan(18e6);
  },
} satisfies Record<string, (bench: Bench) => Promise<void>>;

const everyByte = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
