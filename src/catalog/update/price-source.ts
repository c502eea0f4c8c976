import type * as z from "zod";
import { AloftError } from "../../base/errors.ts";
import { Offer } from "../../model/offer.ts";

/** What is known of a shape apart from its price and place. Price lists tell some of it, or nothing. */
export const ShapeFacts = Offer.pick({
  architecture: true,
  cpus: true,
  cpuKind: true,
  clockHz: true,
  memoryBytes: true,
  accelerators: true,
  diskBytes: true,
  networkBitsPerSecond: true,
  rdma: true,
  bareMetal: true,
  rates: true,
  billing: true,
});
export type ShapeFacts = z.infer<typeof ShapeFacts>;

/** The facts in one platform's offers, by shape. Of a shape's offers in several regions the first one counts. */
export function shapeFacts(offers: Iterable<Offer>): Map<string, ShapeFacts> {
  const facts = new Map<string, ShapeFacts>();
  for (const offer of offers)
    if (!facts.has(offer.shape)) facts.set(offer.shape, ShapeFacts.parse(offer));
  return facts;
}

/** Where an update stands, as plain JSON that may be kept in a file. It holds no secret. Only its source reads it. */
export type Resume = Readonly<Record<string, unknown>>;

export interface Progress {
  /** What is being read: a region, or the list of all. */
  readonly place: string;
  /** Of this run, not of those before a resumption. */
  readonly bytes: number;
  /** Offers yielded by this run so far. */
  readonly offers: number;
  /** Continues from here. Offers that were yielded before this report are not yielded again; later ones are. */
  readonly resume: Resume;
}

/** A shape that the provider sells and that gives no offer, because something needed is not known. */
export interface Incomplete {
  readonly region: string;
  readonly shape: string;
  readonly reason: string;
}

/** A pause before the next attempt. `url` holds no secret. */
export interface Waiting {
  readonly url: string;
  readonly reason: string;
  readonly seconds: number;
}

export interface PriceRequest {
  /** Instead of the provider's own address: a mirror, a proxy, a test. */
  readonly endpoint?: string | undefined;
  /** In the provider's words; none means all. */
  readonly regions: readonly string[];
  readonly signal: AbortSignal;
  /** Awaited, so that it can be written to a file. */
  readonly onProgress?: ((progress: Progress) => void | Promise<void>) | undefined;
  readonly onIncomplete?: ((row: Incomplete) => void) | undefined;
  readonly onWait?: ((waiting: Waiting) => void) | undefined;
  /** From an update with the same endpoint and regions. `bad-input` for any other. */
  readonly resume?: Resume | undefined;
}

/** A provider's public price interface. */
export interface PriceSource {
  readonly name: string;
  /**
   * Every offer of the regions, or an error: whoever keeps what was yielded before an error must not take it for the
   * catalogue, but may resume. `unavailable`: the provider does not answer, try later. `failed`: it answered with what is
   * no price list; the message names the address. `not-found`: there is no such region. `cancelled` by the signal.
   */
  update(request: PriceRequest): AsyncIterable<Offer>;
}

/** Throws `bad-input` unless `resume` was told by this source for the same regions and endpoint. */
export function readResume<Schema extends z.ZodType<{ regions: string[]; endpoint: string }>>(
  schema: Schema,
  resume: Resume,
  expected: { readonly regions: readonly string[]; readonly endpoint: string },
): z.infer<Schema> {
  const { success, data } = schema.safeParse(resume);
  const same =
    success &&
    data.endpoint === expected.endpoint &&
    data.regions.join() === expected.regions.join();
  if (!same)
    throw new AloftError("bad-input", "the interrupted update was another one", {
      hint: "start the update afresh, or name the same source, regions and endpoint",
    });
  return data;
}
