import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { Offer } from "../model/offer.ts";
import { offerColumns, writeOffers } from "./offers-csv.ts";
import { type OffersFile, readOffers } from "./read-offers.ts";

const word = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
/** Anything that a person may write into a cell; what is trimmed at its ends would not come back. */
const prose = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .map((text) => text.replaceAll("\0", "").toWellFormed())
  .filter((text) => text !== "");
const amount = fc.oneof(
  fc.integer({ min: 1, max: 1e9 }),
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
);
const price = fc.option(fc.oneof(fc.constant(0), amount));
const whole = (max: number) => fc.integer({ min: 1, max });
const rate = fc.option(whole(2 ** 50), { nil: undefined });

const offer: fc.Arbitrary<Offer> = fc
  .record({
    platform: word,
    region: word,
    shape: prose,
    architecture: fc.constantFrom("x64", "arm64", "ppc64"),
    cpus: amount,
    cpuKind: fc.constantFrom("core" as const, "thread" as const, null),
    clockHz: fc.option(whole(9e9)),
    memoryBytes: whole(2 ** 45),
    accelerators: fc.option(
      fc.record({ name: prose, count: amount, memoryBytes: fc.option(whole(2 ** 40)) }),
    ),
    diskBytes: fc.option(fc.integer({ min: 0, max: 2 ** 45 })),
    networkBitsPerSecond: fc.option(whole(4e12)),
    rdma: fc.boolean(),
    bareMetal: fc.boolean(),
    rates: fc
      .record({ coremark: rate, hplFlops: rate, peakFlops: rate, streamBytes: rate })
      .map((rates) => Object.fromEntries(Object.entries(rates).filter(([, value]) => value))),
    pricePerHour: price,
    spotPerHour: price,
    currency: fc.constantFrom("USD", "EUR", "SU"),
    billing: fc.record({
      granularitySeconds: amount,
      minimumSeconds: fc.oneof(fc.constant(0), amount),
    }),
    mostMachines: fc.option(whole(1e6)),
    mostSeconds: fc.option(amount),
    source: prose,
    date: fc
      .date({ min: new Date("1970-01-02"), max: new Date("2999-12-30"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  })
  .map((made) => ({ id: `${made.platform}/${made.region}/${made.shape}`, ...made }));

async function written(offers: readonly Offer[]): Promise<string> {
  return (await Array.fromAsync(writeOffers(offers))).join("");
}

function read(text: string, options: Partial<OffersFile> = {}): Promise<Offer[]> {
  return Array.fromAsync(readOffers([text], { file: "offers.csv", ...options }));
}

async function failure(text: string): Promise<AloftError> {
  const thrown: unknown = await read(text).catch((error: unknown) => error);
  if (thrown instanceof AloftError) return thrown;
  throw new Error("nothing was thrown");
}

test("what is written reads back as the same offers, whatever their cells hold", async () => {
  const offers = fc.uniqueArray(offer, { minLength: 1, maxLength: 5, selector: ({ id }) => id });
  await fc.assert(
    fc.asyncProperty(offers, async (made) => {
      const back = await read(await written(made));
      expect(back).toEqual(made);
      for (const one of back) expect(Offer.parse(one)).toEqual(one);
    }),
  );
});

test("any text is offers or bad input", async () => {
  const header = offerColumns.map(({ name }) => name).join(",");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
      const outcome = await read(`${header}\n${text}`).catch((error: unknown) =>
        error instanceof AloftError ? error.code : error,
      );
      expect(Array.isArray(outcome) ? "bad-input" : outcome).toBe("bad-input");
    }),
    { numRuns: 40 },
  );
});

const shortHeader =
  "platform,region,shape,architecture,cpus,memory_gib,price_per_hour,currency,source,date";

test("columns that say nothing may be left out, comments and empty lines are skipped, billing of a known platform is known", async () => {
  const text = `\u{feff}# from our list\r\n${shortHeader}\r\n\r\n aws , us-east-1,c7i.large, amd64,2,4,,USD,"a ""list"", page 3",2026-07-20\r\n`;
  expect(await read(text)).toEqual([
    expect.objectContaining({
      id: "aws/us-east-1/c7i.large",
      architecture: "x64",
      memoryBytes: 4 * 1024 ** 3,
      pricePerHour: null,
      diskBytes: null,
      rdma: false,
      billing: { granularitySeconds: 1, minimumSeconds: 60 },
      source: 'a "list", page 3',
    }),
  ]);
});

test("every wrong cell is told with its line and column, what was found and what was expected", async () => {
  const text = `${shortHeader}
# a comment
aws,us-east-1,"one
shape",x64,two, -4,0.1,USD,list,2026-02-30
aws,us/east,other,vax,2,4,free,dollar,,
`;
  const { code, message, details } = await failure(text);
  expect(code).toBe("bad-input");
  expect(message.split("\n")).toEqual([
    "offers.csv has 9 problems",
    'offers.csv:4:12: cpus is "two"; expected a number above 0',
    'offers.csv:4:17: memory_gib is "-4"; expected a number above 0',
    'offers.csv:4:33: date is "2026-02-30"; expected a date such as 2026-07-20',
    'offers.csv:5:5: region is "us/east"; expected a name without a slash',
    expect.stringMatching(/^offers\.csv:5:19: architecture is "vax"; expected one of x64, /),
    'offers.csv:5:27: price_per_hour is "free"; expected a number of 0 or more',
    'offers.csv:5:32: currency is "dollar"; expected a code such as USD, EUR or SU',
    "offers.csv:5:39: source is empty; expected some text",
    "offers.csv:5:40: date is empty; expected a date such as 2026-07-20",
  ]);
  expect(details).toContainEqual(
    expect.objectContaining({ line: 4, column: 12, field: "cpus", found: "two" }),
  );
});

test("reading ends after twenty problems", async () => {
  async function* endless(): AsyncGenerator<string> {
    yield `${shortHeader}\n`;
    for (;;) yield "aws,us-east-1,x,x64,none,4,,USD,list,2026-07-20\n";
  }
  const reading = Array.fromAsync(readOffers(endless(), { file: "endless.csv" }));
  await expect(reading).rejects.toThrow(/^endless\.csv has 20 problems or more\n/);
});

test.each([
  [`${shortHeader},prize\n`, /offers\.csv:1:\d+: unknown column "prize"/],
  [`${shortHeader},spot_per_houre\n`, /did you mean "spot_per_hour"\?/],
  [`${shortHeader},cpus\n`, /the column "cpus" is there twice/],
  [shortHeader.replace("cpus,", ""), /offers\.csv:1:1: the column cpus is missing/],
  ["a,b,c\n1,2,3\n", /the header is of no known kind of catalogue/],
  ["", /offers\.csv holds no offers: it is empty/],
  [`${shortHeader}\n`, /holds no offers: it has a header only/],
  [`${shortHeader}\naws,us-east-1\n`, /offers\.csv:2:1: the row has 2 cells; expected 10/],
  [`${shortHeader}\naws,"us-east-1\n`, /offers\.csv:2:1: the quotes are not those of a CSV file/],
  [
    `${shortHeader}\nours,here,x,x64,1,4,,USD,list,2026-07-20\n`,
    /billing_granularity_s is empty; expected seconds/,
  ],
])("%j is refused with the place", async (text, message) => {
  expect((await failure(text)).message).toMatch(message);
});

test("an offer that stands twice in a file is told with both lines", async () => {
  const row = "aws,us-east-1,x,x64,1,4,,USD,list,2026-07-20\n";
  expect((await failure(`${shortHeader}\n${row}# again\n${row}`)).message).toBe(
    'offers.csv:4:15: shape is "x"; expected each offer once; aws/us-east-1/x stands in line 2 too',
  );
});

test("a source that fails half way is that failure", async () => {
  async function* broken(): AsyncGenerator<string> {
    yield `${shortHeader}\n`;
    throw new AloftError("failed", "the disk is gone");
  }
  const reading = Array.fromAsync(readOffers(broken(), { file: "broken.csv" }));
  await expect(reading).rejects.toThrow("the disk is gone");
});
