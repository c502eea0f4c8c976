import { expect, test } from "vitest";
import type { Finding } from "../../model/catalog.ts";
import type { Offer } from "../../model/offer.ts";
import { findingLines, offerLines, offersTable, sourcesTable } from "../catalog-text.ts";
import { runCli } from "../cli.ts";
import { answer, createTestHost, createTestServer } from "../testing.ts";

const offer: Offer = {
  id: "aws/us-east-1/p5.4xlarge",
  platform: "aws",
  region: "us-east-1",
  shape: "p5.4xlarge",
  architecture: "x64",
  cpus: 16,
  cpuKind: "thread",
  clockHz: null,
  memoryBytes: 256 * 1024 ** 3,
  accelerators: { name: "H100", count: 1, memoryBytes: 80 * 1024 ** 3 },
  diskBytes: 3.84e12,
  networkBitsPerSecond: 100e9,
  rdma: true,
  bareMetal: false,
  rates: { coremark: 382_775, peakFlops: 8.192e11 },
  pricePerHour: 6.88,
  spotPerHour: null,
  currency: "USD",
  billing: { granularitySeconds: 1, minimumSeconds: 60 },
  mostMachines: null,
  mostSeconds: 86_400,
  source: "a price list",
  date: "2026-07-20",
};
const plain = (text: string): string => text;

test("a table shows what is known, and says that a price is not", () => {
  const lines = offersTable([offer, { ...offer, cpuKind: null, pricePerHour: null }], {});
  expect(lines[0]).toBe(
    "OFFER                           CPUS   MEMORY  ACCELERATORS          NETWORK           PRICE/H  OF",
  );
  expect(lines[1]).toContain(
    "16 threads  256 GiB  1 × H100 of 80.0 GiB  100 Gbit/s RDMA  6.88 USD  2026-07-20",
  );
  expect(lines[2]).toMatch(/ 16 {2}256 GiB .* unknown {2}2026-07-20$/);
});

test("one offer is shown with every fact and its source", () => {
  expect(offerLines(offer, plain)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^clock +unknown$/),
      expect.stringMatching(/^local disk +3840 GB$/),
      expect.stringMatching(/^rates +CoreMark 382775 iterations\/s\n +peak 819\.2 GFLOP\/s$/),
      expect.stringMatching(/^spot per hour +unknown$/),
      expect.stringMatching(/^charged by +1\.00 s, at least 1m 00s$/),
      expect.stringMatching(/^time limit +1d 0h$/),
      expect.stringMatching(/^source +a price list$/),
    ]),
  );
});

test("of many findings the first of each kind are shown, and the rest counted", () => {
  const finding = (code: Finding["code"], index: number): Finding => ({
    code,
    offer: `a/b/${index}`,
    source: "list",
    message: "it is old",
  });
  const stale = Array.from({ length: 12 }, (_, index) => finding("stale", index));
  const lines = findingLines([...stale, finding("zero-price", 0)], plain);
  expect(lines[0]).toBe("stale: 12 offers");
  expect(lines[1]).toBe("  a/b/0: it is old");
  expect(lines.slice(11)).toEqual([
    "  … and 2 more; --json has them all",
    "zero-price: 1 offer",
    "  a/b/0: it is old",
  ]);
});

test("a broken source is told in its line", () => {
  const broken = {
    ...{ name: "ours", file: "/h/ours.csv", offers: 0, oldest: null, newest: null },
    problem: "ours.csv has 2 problems\nours.csv:2:1: …",
  };
  expect(sourcesTable([broken], {})[1]).toBe(
    "ours         0  /h/ours.csv  ours.csv has 2 problems",
  );
});

test("catalog ls asks the server for what fits, and tells of more and of broken sources on standard error", async () => {
  const source = { name: "ours", file: "/h/ours.csv", offers: 0, oldest: null, newest: null };
  const broken = [{ ...source, problem: "it is damaged" }];
  await using server = createTestServer((_, response) =>
    answer(response, { offers: [offer], matching: 3, broken }),
  );
  await server.start();
  const host = createTestHost({ socket: server.socket });
  const args = ["catalog", "ls", "--arch", "x64", "--min-memory", "64GiB", "--max-price", "7.5"];
  expect(await runCli(args, host)).toBe(0);
  expect(server.asked).toEqual([
    "GET /v1/catalog/offers?architecture=x64&minMemoryBytes=68719476736&maxPrice=7.5&limit=50",
  ]);
  expect(host.out.text).toContain(offer.id);
  expect(host.err.text).toBe(
    "warning: the source ours is left out: it is damaged; `aloft catalog sources` has more\n2 more; --limit shows them\n",
  );
});

test("catalog import sends where the file is and what it does not say", async () => {
  const bodies: unknown[] = [];
  await using server = createTestServer(({ body }, response) => {
    bodies.push(JSON.parse(body));
    const source = { name: "vms", file: "/h/vms.csv", offers: 2, problem: null };
    answer(response, {
      source: { ...source, oldest: "2026-11-01", newest: "2026-11-01" },
      skipped: [{ why: "accelerators without a machine", rows: 3 }],
    });
  });
  await server.start();
  const host = createTestHost({ socket: server.socket, cwd: "/data" });
  const facts = ["--platform", "lambda", "--date", "2026-11-01", "--billing", "1m,1h"];
  expect(await runCli(["catalog", "import", "new/VMs.csv", ...facts], host)).toBe(0);
  expect(bodies).toEqual([
    {
      name: "vms",
      from: { file: "/data/new/VMs.csv" },
      facts: {
        platform: "lambda",
        date: "2026-11-01",
        billing: { granularitySeconds: 60, minimumSeconds: 3600 },
      },
    },
  ]);
  expect(host.out.text).toBe(
    "imported 2 offers of 2026-11-01 as vms\nleft out: 3 rows, accelerators without a machine\n",
  );
});
