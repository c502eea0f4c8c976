export interface SystemPackage {
  /** The name in Debian and Ubuntu. */
  readonly name: string;
  /** Programs on the path (administrators' folders too), or absolute files: all there means installed. */
  readonly provides: readonly string[];
  readonly why: string;
  /** What does not work without it. */
  readonly disables: string;
  /** Only for measuring against others. */
  readonly bench?: true;
}

/** What Aloft calls and Debian 12 does not always bring. Each missing one disables its part and nothing else. */
export const systemPackages: readonly SystemPackage[] = [
  {
    name: "ca-certificates",
    provides: ["/etc/ssl/certs/ca-certificates.crt"],
    why: "to trust mirrors and registries",
    disables: "images from registries and https mirrors",
  },
  {
    name: "squashfs-tools",
    provides: ["mksquashfs", "unsquashfs"],
    why: "every image is one squashfs file",
    disables: "all images, so levels container and vm, and process with an image",
  },
  {
    name: "mmdebstrap",
    provides: ["mmdebstrap"],
    why: "builds debian:<suite> images",
    disables: "images from debian:<suite>",
  },
  {
    name: "debian-archive-keyring",
    provides: ["/usr/share/keyrings/debian-archive-keyring.gpg"],
    why: "verifies what Debian's mirrors send",
    disables: "images from debian:<suite>",
  },
  {
    name: "skopeo",
    provides: ["skopeo"],
    why: "fetches images from registries and archives",
    disables: "images from registries, OCI layouts and docker archives",
  },
  {
    name: "umoci",
    provides: ["umoci"],
    why: "flattens the layers of OCI images",
    disables: "images from registries, OCI layouts and docker archives",
  },
  {
    name: "xz-utils",
    provides: ["xz"],
    why: "unpacks archives",
    disables: "images from .tar.xz files",
  },
  {
    name: "zstd",
    provides: ["zstd"],
    why: "unpacks archives and kernels",
    disables: "images from .tar.zst files",
  },
  {
    name: "bubblewrap",
    provides: ["bwrap"],
    why: "gives a process an image as its root",
    disables: "level process with an image",
  },
  {
    name: "busybox-static",
    provides: ["/usr/share/doc/busybox-static"],
    why: "the small programs inside probes and guests",
    disables: "the probes of levels process and container, and level vm",
  },
  {
    name: "crun",
    provides: ["crun"],
    why: "starts containers",
    disables: "level container with crun",
  },
  {
    name: "runc",
    provides: ["runc"],
    why: "starts containers where crun cannot",
    disables: "level container with runc",
  },
  {
    name: "slirp4netns",
    provides: ["slirp4netns"],
    why: "network of a container's own",
    disables: "network nat at level container",
  },
  {
    name: "qemu-system-x86",
    provides: ["qemu-system-x86_64"],
    why: "virtual machines",
    disables: "level vm with qemu",
  },
  {
    name: "user-mode-linux",
    provides: ["linux.uml"],
    why: "virtual machines without hardware help, for one cpu",
    disables: "level vm with uml",
  },
  {
    name: "cpio",
    provides: ["cpio"],
    why: "packs the first files of a guest",
    disables: "level vm",
  },
  {
    name: "kmod",
    provides: ["depmod"],
    why: "orders the kernel modules of a guest",
    disables: "level vm",
  },
  {
    name: "podman",
    provides: ["podman"],
    why: "what `npm run bench:start` compares with",
    disables: "podman's row in the benchmark",
    bench: true,
  },
  {
    name: "docker.io",
    provides: ["dockerd", "docker"],
    why: "what `npm run bench:start` compares with, by a daemon of its own",
    disables: "docker's row in the benchmark",
    bench: true,
  },
];
