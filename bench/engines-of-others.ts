import { spawn } from "node:child_process";
import { join } from "node:path";
import { output } from "./command.ts";
import { commandContender, program } from "./by-hand.ts";
import { names, type Part } from "./contender.ts";
import { startDaemon } from "./daemon.ts";
import type { Place } from "./place.ts";

const image = "aloft-bench:latest";

/** Limits that a machine without CAP_SYS_RESOURCE can set: podman would raise them to a million. */
const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"];

/**
 * Podman with storage of our own. Its state is in memory, as /run is; `cgroupfs`, because systemd may not be there; no
 * network, as all others here. Everything else is as it comes.
 */
export function podmanPart(place: Place): Part {
  return {
    group: "start",
    names: [names.podman],
    async prepare() {
      const podman = [
        ...["podman", `--root=${place.path("podman")}`, `--runroot=${join(place.state, "podman")}`],
        ...[`--tmpdir=${join(place.state, "podman-tmp")}`, "--cgroup-manager=cgroupfs"],
      ];
      await importImage([...podman, "import", "--quiet", "-", image], place);
      const run = ["run", "--rm", "--network=none", `--cgroup-parent=/${place.cgroup}`, ...limits];
      return [commandContender(names.podman, [...podman, ...run, image, program], place)];
    },
  };
}

/**
 * Docker with a daemon of our own: socket, storage and state are in our folders, and it touches no bridge, no firewall and no
 * forwarding. A container has no network, as all others here. What it would leave in the system's folders is hidden.
 */
export function dockerPart(
  place: Place,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Part {
  return {
    group: "start",
    names: [names.docker],
    async prepare() {
      for (const folder of ["/etc/docker", "/run/docker", "/run/containerd"])
        await place.hide(folder);
      const address = `unix://${join(place.state, "docker.sock")}`;
      const argv = [
        ...["dockerd", `--host=${address}`, `--data-root=${place.path("docker")}`],
        ...[
          `--exec-root=${join(place.state, "docker")}`,
          `--pidfile=${join(place.state, "docker.pid")}`,
        ],
        ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"],
        ...["--ip-masq=false", "--userland-proxy=false", `--cgroup-parent=/${place.cgroup}`],
      ];
      // Its client keeps its own settings in the home of the user.
      const home = place.path("docker-home");
      const docker = ["docker", `--config=${home}`, `--host=${address}`];
      const answers = () =>
        output([...docker, "info"]).then(
          (text) => text.includes("Server Version"),
          () => false,
        );
      await startDaemon(
        { argv, env, log: join(place.folder, "dockerd.log"), answers, signal },
        place,
      );
      await importImage([...docker, "import", "-", image], place);
      const run = [...docker, "run", "--rm", "--network=none", image, program];
      return [commandContender(names.docker, run, place)];
    },
  };
}

/** The mounted image, handed over as a tar stream. */
async function importImage(argv: readonly string[], place: Place): Promise<void> {
  const tar = spawn("tar", ["-C", place.path("lower"), "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await output(argv, { input: tar.stdout });
}
