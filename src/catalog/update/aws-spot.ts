import * as z from "zod";

/**
 * The table behind https://aws.amazon.com/ec2/spot/pricing/. AWS does not document it; programs that read it:
 * alexei-led/spotinfo, pg_spot_operator. It has one price for each region; which zone's is not told.
 */
export const spotPricesAddress = "https://website.spot.ec2.aws.a2z.com/spot.json";

export const SpotPrices = z.object({
  config: z.object({
    rate: z.literal("perhr"),
    regions: z.array(
      z.object({
        region: z.string(),
        instanceTypes: z.array(
          z.object({
            sizes: z.array(
              z.object({
                size: z.string(),
                valueColumns: z.array(
                  z.object({ name: z.string(), prices: z.object({ USD: z.string() }) }),
                ),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});
export type SpotPrices = z.infer<typeof SpotPrices>;

/** Names of the first regions in the older form of the table. */
const olderNames: Readonly<Record<string, string>> = {
  "us-east": "us-east-1",
  "us-west": "us-west-1",
  "eu-ireland": "eu-west-1",
  "apac-sin": "ap-southeast-1",
  "apac-syd": "ap-southeast-2",
  "apac-tokyo": "ap-northeast-1",
};

/** JSON of an answer that may be wrapped in a call, as the older form was: `callback({…});`. */
export function unwrapSpot(text: string): string {
  return text
    .trim()
    .replace(/^callback\(/, "")
    .replace(/\);?$/, "");
}

/** Prices of Linux machines in one region by shape, US dollars an hour. "N/A*" and 0 are no price. */
export function spotPricesOf(prices: SpotPrices, region: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const one of prices.config.regions) {
    if ((olderNames[one.region] ?? one.region) !== region) continue;
    for (const { size, valueColumns } of one.instanceTypes.flatMap(({ sizes }) => sizes)) {
      const price = Number(valueColumns.find(({ name }) => name === "linux")?.prices.USD);
      if (Number.isFinite(price) && price > 0) found.set(size, price);
    }
  }
  return found;
}
