import * as z from "zod";

export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What makes an image: a source, packages for a Debian source, and steps on top of either. */
export const Recipe = z.strictObject({
  /**
   * `debian:<suite>`, `docker://<registry reference>` (a bare reference such as `ubuntu:24.04` too),
   * `oci:<folder>[:tag]`, `docker-archive:<file>`, `oci-archive:<file>`, `dir:<root file system>`,
   * `tar:<file>`, or the name or digest of an image that Aloft has.
   */
  from: z.string().min(1).max(4096),
  packages: z
    .array(
      z.string().regex(/^[a-z0-9][a-z0-9+.-]+(?:[:=/][\w.+~:-]+)?$/, "not a Debian package name"),
    )
    .default([]),
  /** Shell commands, run one after the other as root in a container with network, each cached. */
  run: z.array(z.string().min(1)).default([]),
});
export type Recipe = z.infer<typeof Recipe>;

/** As users write it: the source alone, or the whole recipe. */
export const ImageSource = z.union([
  z
    .string()
    .min(1)
    .transform((from): Recipe => ({ from, packages: [], run: [] })),
  Recipe,
]);

/** One built image. Its squashfs file is named by the digest of its content. */
export const Image = z.object({
  digest: Digest,
  /** Names that point to it now, the newest first. */
  names: z.array(z.string()),
  recipe: Recipe,
  /** What a moving source was when it was read: a registry digest, a mirror's snapshot date. */
  pinned: z.string().optional(),
  bytes: z.number().int().nonnegative(),
  architecture: z.string(),
  /** From the OCI configuration where the source has one. */
  env: z.record(z.string(), z.string()),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  workdir: z.string().optional(),
  /** Seconds since the epoch. */
  createdAt: z.number(),
  /** How long the build took, in seconds. */
  buildSeconds: z.number(),
});
export type Image = z.infer<typeof Image>;
