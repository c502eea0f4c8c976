import { createReadStream, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoteAll } from "../src/base/shell.ts";
import { guestMebibytes } from "../src/levels/vm/guest-memory.ts";
import { umlProgram } from "../src/levels/vm/guest.ts";
import { cpio, type Entry } from "../src/levels/vm/initramfs.ts";
import { output, timedOutput } from "./command.ts";
import { type Contender, names, type Part } from "./contender.ts";
import { word } from "./our-server.ts";
import type { Place } from "./place.ts";

export interface VmOptions {
  /** Where Aloft keeps its guests: the same kernel and modules are used by hand. */
  readonly guests: string;
  readonly squashfs: string;
  readonly acceleration: "kvm" | "none";
  readonly env: NodeJS.ProcessEnv;
}

const bytesAsked = 256 * 2 ** 20;
/** As much as Aloft gives a guest whose command asks for 256 MiB. */
const mebibytes = guestMebibytes(bytesAsked);

/** Of Aloft's modules, those that a guest without shared folders and channels to the host does not need. */
const unneeded = new Set(["virtio_console.ko", "fuse.ko", "virtiofs.ko"]);

/** The least that runs a program in the image, on a root that it can write, and turns the machine off. */
function init(image: string): string {
  return `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r module; do insmod /modules/$module; done < /modules/order
mount -t squashfs -o ro ${image} /lower
mount -t tmpfs tmpfs /upper
mkdir /upper/up /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/up,workdir=/upper/work root /root
chroot /root /bin/echo ${word}
poweroff -f
`;
}

export function vmByHandParts(place: Place, options: VmOptions): Part[] {
  const { guests, squashfs } = options;
  const memory = `${mebibytes}M`;
  const quiet = "quiet panic=-1";
  return [
    {
      group: "vm",
      names: [names.qemuByHand],
      async prepare() {
        const initramfs = await buildInitramfs("qemu", "/dev/vda", guests, place);
        const accel =
          options.acceleration === "kvm"
            ? ["-accel", "kvm", "-cpu", "host"]
            : ["-accel", "tcg,thread=multi", "-cpu", "max"];
        const argv = [
          ["qemu-system-x86_64", "-machine", "q35", ...accel, "-smp", "1", "-m", memory],
          ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
          ["-kernel", join(guests, "qemu/kernel"), "-initrd", initramfs],
          ["-append", `console=ttyS0 tsc=reliable no_timer_check ${quiet}`, "-serial", "stdio"],
          ["-drive", `file=${squashfs},format=raw,if=virtio,readonly=on`],
        ].flat();
        return [contender(names.qemuByHand, argv, place)];
      },
    },
    {
      group: "vm",
      names: [names.umlByHand],
      async prepare() {
        const initramfs = await buildInitramfs("uml", "/dev/ubda", guests, place);
        const argv = [
          [umlProgram, `mem=${memory}`, `initrd=${initramfs}`, `ubd0r=${squashfs}`],
          ["con=null", "con0=null,fd:1", `uml_dir=${place.path("uml")}`, ...quiet.split(" ")],
        ].flat();
        // The guest's memory is a file there.
        const env = { ...options.env, TMPDIR: "/dev/shm" };
        return [contender(names.umlByHand, argv, { ...place, env })];
      },
    },
  ];
}

function contender(
  name: string,
  argv: readonly string[],
  options: { readonly log: string; readonly env?: NodeJS.ProcessEnv },
): Contender {
  return { name, how: quoteAll(argv), measure: () => timedOutput(argv, word, options) };
}

/** From the modules and the busybox of Aloft's own guest. */
async function buildInitramfs(
  engine: "qemu" | "uml",
  image: string,
  guests: string,
  place: Place,
): Promise<string> {
  const folder = place.path(`${engine}-guest`);
  const packed = createReadStream(join(guests, engine, "initramfs"));
  const unpack = ["cpio", "--extract", "--make-directories", "--quiet"];
  await output(unpack, { cwd: folder, input: packed });
  const modules = readFileSync(join(folder, "modules/order"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.includes(" ") && !unneeded.has(line));
  const there = new Set(readdirSync(join(folder, "modules")));
  const content = (path: string) => readFileSync(join(folder, path));
  const file = (path: string, mode: number, bytes: Uint8Array): Entry => ({
    path,
    mode,
    content: bytes,
  });
  const entries: Entry[] = [
    ...["bin", "dev", "proc", "modules", "lower", "upper", "root"].map((path) => ({
      path,
      mode: 0o040755,
    })),
    { path: "dev/console", mode: 0o020600, device: [5, 1] },
    file("bin/busybox", 0o100755, content("bin/busybox")),
    file("init", 0o100755, Buffer.from(init(image))),
    file("modules/order", 0o100644, Buffer.from(modules.map((name) => `${name}\n`).join(""))),
    ...modules
      .filter((name) => there.has(name))
      .map((name) => file(`modules/${name}`, 0o100644, content(`modules/${name}`))),
  ];
  const made = join(place.folder, `${engine}-initramfs`);
  writeFileSync(made, cpio(entries));
  return made;
}
