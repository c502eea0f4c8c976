import { join } from "node:path";
import type { Image } from "../src/model/image.ts";
import type { Doctor } from "../src/contract/operations.ts";
import { barePart, bwrapPart, mountImage, runtimePart } from "./by-hand.ts";
import { cliPart } from "./cli.ts";
import {
  type Contender,
  firstOutput,
  type Group,
  names,
  type Part,
  type Unmeasured,
} from "./contender.ts";
import { dockerPart, podmanPart } from "./engines-of-others.ts";
import { isAsked, type Options } from "./options.ts";
import { type OurServer, ourParts, startOurServer } from "./our-server.ts";
import { processLevelPart } from "./our-level.ts";
import { createPlace, type Place } from "./place.ts";
import { measureRounds } from "./rounds.ts";
import { vmByHandParts } from "./vm-by-hand.ts";

export interface MeasureRequest {
  readonly options: Options;
  readonly repository: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly root: boolean;
  readonly node: string;
  /** Aloft's bundle. */
  readonly program: string;
  readonly guests: string;
  readonly progress: (message: string) => void;
}

export interface Starts {
  readonly contenders: { readonly name: string; readonly how: string }[];
  /** Milliseconds by series; the same place in two series of a group is the same round. */
  readonly samples: Map<string, readonly number[]>;
  readonly unmeasured: Unmeasured[];
}

/** Prepares everything in a place of its own, measures, and leaves nothing. */
export async function measureStarts(request: MeasureRequest): Promise<Starts> {
  const { options, progress } = request;
  await using place = await createPlace(request.root, request.env);
  const result: Starts = { contenders: [], samples: new Map(), unmeasured: [] };
  const parts = await partsOf(request, place);
  const prepared: { group: Group; contender: Contender }[] = [];
  for (const part of parts) {
    const asked = part.names.filter((name) => isAsked(name, options.only) || name === names.bare);
    if (asked.length === 0 || (part.group === "vm" && options.vmRounds === 0)) continue;
    progress(`preparing ${asked.join(", ")}`);
    try {
      for (const contender of await part.prepare())
        if (asked.includes(contender.name)) prepared.push({ group: part.group, contender });
    } catch (error) {
      request.signal.throwIfAborted();
      for (const name of asked) result.unmeasured.push({ name, reason: (error as Error).message });
    }
  }
  const order: readonly string[] = Object.values(names);
  prepared.sort((a, b) => order.indexOf(a.contender.name) - order.indexOf(b.contender.name));
  for (const group of ["start", "cli", "vm"] as const) {
    const contenders = prepared.filter((one) => one.group === group).map((one) => one.contender);
    if (contenders.length > 0) await measureGroup(group, contenders, request, result);
  }
  progress("cleaning up");
  return result;
}

/**
 * Milliseconds of quiet after each measurement. Aloft makes its next root when a run has given its own back, and writes its records 50 ms
 * after a move; 100 leaves both behind.
 */
const settle = 100;

async function measureGroup(
  group: Group,
  contenders: readonly Contender[],
  { options, random, signal, progress }: MeasureRequest,
  result: Starts,
): Promise<void> {
  const { samples, failed } = await measureRounds(contenders, {
    rounds: group === "vm" ? options.vmRounds : options.rounds,
    warmUp: group === "vm" ? 1 : 3,
    ...{ settle, random, signal },
    progress: (message) => progress(`${group}: ${message}`),
  });
  result.unmeasured.push(...failed);
  for (const { name, how } of contenders) {
    const found = samples.get(name);
    if (!found) continue;
    result.contenders.push({ name, how });
    const first = found.flatMap((sample) => sample.first ?? []);
    if (first.length > 0) result.samples.set(firstOutput(name), first);
    result.samples.set(
      name,
      found.map(({ end }) => end),
    );
  }
}

async function partsOf(request: MeasureRequest, place: Place): Promise<Part[]> {
  const { node, program, guests, env, signal, progress, repository } = request;
  progress("starting an Aloft for this benchmark");
  const server = await startOurServer({ aloft: [node, program], guests, env, signal }, place);
  const squashfs = request.root ? await provideImage(request, server) : undefined;
  if (squashfs !== undefined) await mountImage(squashfs.file, place);
  const byHand = [
    bwrapPart(place),
    processLevelPart(place),
    runtimePart("crun", place),
    runtimePart("runc", place),
    podmanPart(place),
    dockerPart(place, { env, signal }),
  ];
  return [
    barePart(place),
    ...byHand.map((part) => (request.root ? part : withoutRoot(part))),
    ...ourParts(server, squashfs?.digest),
    ...(squashfs === undefined
      ? []
      : vmByHandParts(place, {
          ...{ guests, env, squashfs: squashfs.file },
          acceleration: await acceleration(server),
        })),
    cliPart(place, { repository, node, program, home: server.home }),
  ];
}

function withoutRoot(part: Part): Part {
  return {
    ...part,
    prepare: () => Promise.reject(new Error("mounting an image needs root: run this with sudo")),
  };
}

async function provideImage({ options, progress, repository }: MeasureRequest, server: OurServer) {
  progress(`building ${options.image}`);
  const image = await server.call<Image>("buildImage", {
    body: { recipe: { from: options.image }, origin: repository },
  });
  const hex = image.digest.replace("sha256:", "");
  return { digest: image.digest, file: join(server.home, "images/sha256", hex, "image.squashfs") };
}

/** What Aloft's own probe has proved. */
async function acceleration(server: OurServer): Promise<"kvm" | "none"> {
  const { engines } = await server.call<Doctor>("doctor");
  return engines.find(({ engine }) => engine === "qemu")?.availability.acceleration ?? "none";
}
