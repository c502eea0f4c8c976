import * as z from "zod";
import { AloftError } from "../base/errors.ts";
import type { ImageConfig } from "./pack.ts";

const Sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const Descriptor = z.object({
  mediaType: z.string().default(""),
  digest: Sha256,
  size: z.number().optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.object({ os: z.string().optional(), architecture: z.string().optional() }).nullish(),
});
export type Descriptor = z.infer<typeof Descriptor>;

/** An OCI index or Docker manifest list. */
export const Index = z.object({ manifests: z.array(Descriptor) });

/** An OCI manifest or Docker's schema 2. */
export const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

const Texts = z.array(z.string()).nullish();

export const Config = z.object({
  architecture: z.string().optional(),
  os: z.string().optional(),
  config: z
    .object({
      Env: Texts,
      Entrypoint: Texts,
      Cmd: Texts,
      WorkingDir: z.string().nullish(),
    })
    .nullish(),
});

/** Parses what a registry or a layout says; throws `bad-input` where it says nothing usable. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, subject: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AloftError("bad-input", `${subject} is damaged, or of a kind that is not supported`, {
      hint: "make it again as an OCI or Docker (schema 2) image",
      cause: error,
    });
  }
}

/** The entry for our platform. Attestations and other things that are no images have `unknown` platforms. */
export function choosePlatform(
  manifests: readonly Descriptor[],
  architecture: string,
  subject: string,
): Descriptor {
  const fits = ({ platform }: Descriptor) =>
    !platform || (platform.os === "linux" && platform.architecture === architecture);
  const found = manifests.find(fits);
  if (found) return found;
  const offered = manifests.flatMap(({ platform }) => platform?.architecture ?? []).join(", ");
  throw new AloftError("refused", `${subject} has no image for ${architecture}, only: ${offered}`, {
    hint: "choose an image that is built for this architecture",
  });
}

export function imageConfig(config: z.infer<typeof Config>): ImageConfig {
  const inner = config.config;
  const env = (inner?.Env ?? []).map((entry): [string, string] => {
    const equals = entry.indexOf("=");
    return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    env: Object.fromEntries(env),
    entrypoint: inner?.Entrypoint ?? [],
    command: inner?.Cmd ?? [],
    ...(inner?.WorkingDir ? { workdir: inner.WorkingDir } : {}),
  };
}
