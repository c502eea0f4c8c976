import type { JobFile } from "../../model/job.ts";
import { quote } from "../../base/shell.ts";
import type { OciHook } from "./oci-config.ts";

/** The name server that slirp4netns offers inside: it asks the host's. */
export const natNameServer = "10.0.2.3";
/** Memory of slirp4netns under load, measured at about 20 MB. */
export const natOverheadBytes = 32 * 2 ** 20;

const pidPipe = "nat.pid";
const readyPipe = "nat.ready";
const log = "nat.log";

/**
 * A network of the run's own that reaches the outside through a user-mode process, so that no interface and no rule is
 * left on the host whatever is killed. The process belongs to the run's control group and session, and ends with them.
 * It is started as an orphan, before the runtime: crun waits for every child that it has.
 */
export function natFiles(program: string): JobFile[] {
  const slirp = `${quote(program)} --configure --mtu=65520 --disable-host-loopback --enable-sandbox`;
  return [
    {
      path: "nat.sh",
      content: `trap '' TERM HUP INT
read -r pid < ${pidPipe} && exec ${slirp} --ready-fd=3 "$pid" tap0 3> ${readyPipe}
`,
    },
    {
      path: "nat-hook.sh",
      // The hook gets the container's state as JSON on its input (OCI runtime specification, "hooks").
      content: `cd "\${0%/*}" || exit 1
state=$(cat); pid=\${state#*'"pid"'}; pid=\${pid#*:}; pid=\${pid%%[,\\}]*}
echo $pid > ${pidPipe}
ready=$(head -c 1 ${readyPipe})
rm -f ${pidPipe} ${readyPipe}
[ -n "$ready" ] || { cat ${log} >&2; exit 1; }
`,
    },
  ];
}

/** Lines of sh before the runtime starts. */
export const natBefore = [`mkfifo ${pidPipe} ${readyPipe}`, `(sh nat.sh > ${log} 2>&1 &)`];

export function natHook(folder: string, path: string): OciHook {
  return { path: "/bin/sh", args: ["sh", `${folder}/nat-hook.sh`], env: [`PATH=${path}`] };
}
