import { expect, test } from "vitest";
import type { DataPrices, TieredPrice } from "../../model/prices.ts";
import { certain } from "../estimate-arithmetic.ts";
import { converter } from "./currency.ts";
import { pricesFinder } from "./data-prices.ts";
import {
  explainTransfer,
  type Movement,
  transferCost,
  type TransferQuestion,
} from "./transfer-price.ts";

const [GiB, TiB] = [2 ** 30, 2 ** 40];

function price(perUnit: number, free = 0): TieredPrice {
  const first = free > 0 ? [{ upTo: free, perUnit: 0 }] : [];
  const tiers = [...first, { upTo: null, perUnit }];
  return { unitBytes: GiB, tiers, currency: "USD", source: "a price list", date: "2026-08-01" };
}

const aws: DataPrices = {
  platform: "aws",
  region: "*",
  egress: price(0.09, 100 * GiB),
  ingress: price(0),
  interRegion: price(0.02),
  objectStorage: null,
  blockStorage: null,
};
const tokyo: DataPrices = { ...aws, region: "ap-northeast-1", egress: price(0.114) };
const gcp: DataPrices = { ...aws, platform: "gcp", egress: price(0.12), interRegion: null };

function move(from: string, to: string, bytes = 1000 * GiB): Movement {
  return { name: "output", from, to, bytes: certain(bytes), learn: "`profile.output.bytes`" };
}

function question(...movements: Movement[]): TransferQuestion {
  return {
    movements,
    findPrices: pricesFinder([aws, tokyo, gcp]),
    usedBytes: () => null,
    convert: converter("USD", []),
    currency: "USD",
  };
}

test.each([
  ["in from here is free", "here", "aws/us-east-1", 0],
  ["out to here, less the free 100 GiB", "aws/us-east-1", "here", 81],
  ["a region's own row wins", "aws/ap-northeast-1", "here", 114],
  ["to another region of the platform", "aws/us-east-1", "aws/eu-west-1", 20],
  ["to another platform: egress here, ingress there", "aws/us-east-1", "gcp/europe-west4", 81],
  ["data that stays", "aws/us-east-1", "aws/us-east-1", 0],
  ["from the internet to here", "internet", "here", 0],
])("%s", (_, from, to, dollars) => {
  expect(transferCost(question(move(from, to)))?.median).toBeCloseTo(dollars, 9);
});

test("movements that one price counts share its tiers", () => {
  const parts = question(
    move("aws/us-east-1", "here", 80 * GiB),
    move("aws/eu-west-1", "here", 80 * GiB),
  );
  // 160 GiB, 100 of them free
  expect(transferCost(parts)?.median).toBeCloseTo(5.4, 9);
});

test("what has left already this month counts", () => {
  const late = { ...question(move("aws/us-east-1", "here")), usedBytes: () => TiB };
  expect(transferCost(late)?.median).toBeCloseTo(90, 9);
  const kinds = (one: TransferQuestion) => explainTransfer(one).evidence.map(({ text }) => text);
  expect(kinds(late).join()).not.toContain("nothing else leaves");
  expect(kinds(question(move("aws/us-east-1", "here"))).join()).toContain(
    "nothing else leaves aws",
  );
});

test("an unknown price or size is unknown, with the way to learn it", () => {
  const noPrice = explainTransfer(question(move("gcp/europe-west4", "gcp/us-east4")));
  expect(noPrice.estimate).toBeNull();
  expect(noPrice.learn).toContain("aloft catalog update gcp");
  const noSize = question({ ...move("aws/us-east-1", "here"), bytes: null });
  expect(explainTransfer(noSize)).toMatchObject({
    estimate: null,
    learn: "`profile.output.bytes`",
  });
  expect(explainTransfer(question(move("slurm/mahti", "here"))).estimate).toBeNull();
});

test("data of unknown size that does not move costs nothing", () => {
  const still = { ...move("aws/us-east-1", "aws/us-east-1"), bytes: null };
  expect(transferCost(question(still))).toEqual(certain(0));
});

test("without an exchange rate it is unknown", () => {
  const euros = {
    ...question(move("aws/us-east-1", "here")),
    convert: converter("EUR", []),
    currency: "EUR",
  };
  expect(transferCost(euros)).toBeNull();
  expect(explainTransfer(euros).learn).toContain("from USD to EUR");
});

test("the explanation has the tiers, the source and what it assumes", () => {
  const term = explainTransfer(question(move("aws/us-east-1", "here")));
  expect(term.formula).toBe("out of aws: 100 GiB × 0 + 900 GiB × 0.09 USD per GiB = 81.00 USD");
  expect(term.estimate).toEqual(transferCost(question(move("aws/us-east-1", "here"))));
  expect(term.evidence.map(({ kind }) => kind)).toEqual(["published", "assumed", "assumed"]);
});
