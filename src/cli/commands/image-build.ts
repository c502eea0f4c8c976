import { dirname, resolve } from "node:path";
import { AloftError } from "../../base/errors.ts";
import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import type { Image, Recipe } from "../../model/image.ts";
import { type BuildAsked, buildImage } from "../build.ts";
import type { Command, Context } from "../command.ts";
import { createProgress } from "../progress.ts";
import { readWorkloadFile } from "../workload-options.ts";

export const imageBuild: Command = {
  arguments: "[file]",
  completes: "file",
  details: `The file is a workload with an image, or a recipe alone: from, packages, run. What was built from
the same recipe before is used again; a build that was interrupted goes on where it was.`,
  options: [
    {
      flags: "--from <source>",
      description:
        "debian:<suite>, docker://<reference>, oci:, docker-archive:, dir:, tar: or an image",
    },
    {
      flags: "--package <name>",
      description: "a Debian package (repeatable)",
      repeats: true,
    },
    {
      flags: "--run <command>",
      description: "a shell command as root inside, with network (repeatable)",
      repeats: true,
    },
    { flags: "--name <name>", description: "a name for the image" },
    { flags: "--refresh", description: "ask a moving source again" },
    { flags: "-q, --quiet", description: "no progress on standard error" },
  ],
  examples: [
    "aloft image build workload.yaml",
    "aloft image build --from debian:bookworm --package gfortran --name fortran",
    "aloft image build --from fortran --run 'useradd ada'",
  ],
  async run(context) {
    return reportBuild(context, await asked(context));
  },
};

/** Builds with progress on standard error and tells what came out. */
export async function reportBuild(context: Context, request: BuildAsked): Promise<number> {
  const { connection, host, quiet, signal, json, style } = context;
  const begun = Date.now() / 1000;
  using progress = createProgress(host.stderr, quiet);
  const control = new AbortController();
  using _ = host.onInterrupt(() => control.abort());
  const stop = AbortSignal.any([signal, control.signal]);
  const image = await buildImage(connection, request, { progress, signal: stop });
  progress.clear();
  if (json) context.printJson(image);
  else context.print(builtLine(image, begun, style.dim));
  return 0;
}

function builtLine(image: Image, begun: number, dim: (text: string) => string): string {
  const { digest, names, bytes, buildSeconds, createdAt } = image;
  const how = createdAt >= begun ? `built in ${formatDuration(buildSeconds)}` : "was there already";
  return `${digest}  ${names[0] ?? ""}  ${dim(`${formatBytes(bytes)}, ${how}`)}`;
}

async function asked(context: Context): Promise<BuildAsked> {
  const { args, options, host } = context;
  const [file] = args;
  const from = options.text("from");
  if ((file === undefined) === (from === undefined))
    throw new AloftError("bad-input", "give either a file or --from", {
      hint: "`aloft image build workload.yaml`, or `aloft image build --from debian:bookworm`",
    });
  const name = options.text("name");
  const recipe =
    file === undefined
      ? { from: from ?? "", packages: [], run: [] }
      : await recipeIn(context, file);
  return {
    recipe: {
      from: recipe.from,
      packages: [...recipe.packages, ...options.list("package")],
      run: [...recipe.run, ...options.list("run")],
    },
    origin: file === undefined ? host.cwd : dirname(resolve(host.cwd, file)),
    refresh: options.flag("refresh"),
    ...(name === undefined ? {} : { name }),
  };
}

async function recipeIn(context: Context, file: string): Promise<Recipe> {
  const alone = await recipeAlone(resolve(context.host.cwd, file));
  if (alone) return alone;
  const { image } = await readWorkloadFile(context, file);
  if (image) return image;
  throw new AloftError("bad-input", `${file} names no image`, {
    hint: "a workload with the field `image`, or a recipe with the field `from`",
  });
}

/** The recipe that a file holds at its top, `undefined` where it is something else: the workload reader then says what. */
async function recipeAlone(path: string): Promise<Recipe | undefined> {
  const { readFile } = await import("node:fs/promises");
  const { parseDocument } = await import("yaml");
  const { Recipe } = await import("../../model/image.ts");
  const text = await readFile(path, "utf8").catch(() => "");
  if (!/^["'{ \t]*from\b/m.test(text)) return undefined;
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const parsed = Recipe.safeParse(document.toJS());
  return parsed.success ? parsed.data : undefined;
}
