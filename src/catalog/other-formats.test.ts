import { expect, test } from "vitest";
import type { Offer } from "../model/offer.ts";
import type { FileFacts } from "./csv-format.ts";
import { readOffers } from "./read-offers.ts";

interface Read {
  readonly offers: readonly Offer[];
  readonly skipped: Readonly<Record<string, number>>;
}

async function read(text: string, facts: FileFacts = {}): Promise<Read> {
  const skipped: Record<string, number> = {};
  const onSkipped = (why: string, rows: number): void => void (skipped[why] = rows);
  const file = "/home/ada/vms.csv";
  return {
    offers: await Array.fromAsync(readOffers([text], { file, facts, onSkipped })),
    skipped,
  };
}

const gpu = `"{'Gpus': [{'Name': 'V100', 'Manufacturer': 'NVIDIA', 'Count': 8.0, 'MemoryInfo': {'SizeInMiB': 16384}}], 'TotalGpuMemoryInMiB': 131072}"`;
const skypilot = `InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone
p3.16xlarge,V100,8.0,64.0,488.0,${gpu},24.48,9.5,us-east-1,use1-az1
p3.16xlarge,V100,8.0,64.0,488.0,${gpu},24.48,7.344,us-east-1,use1-az2
p3.16xlarge,V100,8.0,64.0,488.0,${gpu},24.48,,us-east-1,use1-az3
c7g.metal,,,64.0,128.0,,2.32,,us-east-1,use1-az1
hpc7a.96xlarge,,,192.0,768.0,,7.2,,us-east-2,use2-az2
`;

test("SkyPilot's zones become one offer with the lowest spot price; its facts come from the names of the shapes", async () => {
  const { offers, skipped } = await read(skypilot, { platform: "aws", date: "2026-11-01" });
  expect(skipped).toEqual({});
  expect(offers).toEqual([
    expect.objectContaining({
      id: "aws/us-east-1/p3.16xlarge",
      architecture: "x64",
      accelerators: { name: "V100", count: 8, memoryBytes: 16 * 1024 ** 3 },
      pricePerHour: 24.48,
      spotPerHour: 7.344,
      billing: { granularitySeconds: 1, minimumSeconds: 60 },
      source: "SkyPilot's catalogue, vms.csv",
      date: "2026-11-01",
    }),
    expect.objectContaining({ architecture: "arm64", bareMetal: true, cpuKind: "core" }),
    expect.objectContaining({ rdma: true, cpuKind: "core", spotPerHour: null }),
  ]);
});

test("what SkyPilot's file does not say is asked for", async () => {
  await expect(read(skypilot)).rejects.toMatchObject({
    code: "bad-input",
    hint: expect.stringContaining("--platform aws --date"),
  });
  await expect(read(skypilot, { platform: "aws", date: "yesterday" })).rejects.toThrow(
    /is not a date/,
  );
  await expect(read(skypilot, { platform: "lambda", date: "2026-11-01" })).rejects.toThrow(
    /how lambda bills is not known/,
  );
  const billing = { granularitySeconds: 60, minimumSeconds: 60 };
  const lambda = { platform: "lambda", date: "2026-11-01", billing };
  await expect(read(skypilot, lambda)).rejects.toThrow(/Arch is empty; expected x64 or arm64/);
  const { offers } = await read(skypilot, { ...lambda, architecture: "x86_64" });
  expect(offers[0]).toMatchObject({ platform: "lambda", architecture: "x64", billing });
});

test("Google's rows of accelerators alone, and machines priced without theirs, are left out and counted", async () => {
  const text = `InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,AvailabilityZone,Price,SpotPrice
a2-highgpu-1g,12.0,85.0,,,,us-central1,us-central1-a,0.73948,0.29576
n2-standard-16,16.0,64.0,,,,us-central1,us-central1-a,0.776944,0.36848
,,,A100,1.0,,us-central1,us-central1-a,2.93391,1.15
,,,A100,2.0,,us-central1,us-central1-a,5.86782,2.3
`;
  const { offers, skipped } = await read(text, { platform: "gcp", date: "2026-08-03" });
  expect(offers.map(({ id }) => id)).toEqual(["gcp/us-central1/n2-standard-16"]);
  expect(skipped).toEqual({
    "accelerators without a machine": 2,
    "machines whose price leaves out the accelerators that they are sold with": 1,
  });
});

test("a wrong cell of SkyPilot's is told like ours", async () => {
  const facts = { platform: "aws", date: "2026-11-01" };
  await expect(read(skypilot.replace(",64.0,488.0", ",many,488.0"), facts)).rejects.toThrow(
    '/home/ada/vms.csv:2:22: vCPUs is "many"; expected a number above 0',
  );
});

test("measured shapes carry their CoreMark rate", async () => {
  const { offers } =
    await read(`provider,region,instance_type,arch,vcpus,memory_gib,network_gbps,bare_metal,gpu,gpu_count,price_hour_usd,spot_hour_usd,price_date,coremark_per_s,ffmpeg_s,cpu_threads,numa_nodes
aws,us-east-1,c7g.16xlarge,arm64,64,128.0,30.0,0,,0,2.32,,2026-07-20,1611786,7.5,64,1
aws,us-east-1,g5.xlarge,amd64,4,16.0,2.5,0,a10g,1,1.006,,2026-07-20,,,4,1
gcp,us-central1,c3-standard-192-metal,amd64,192,768.0,,1,,0,9.677184,2.3712,2026-08-03,,,,
`);
  expect(offers).toEqual([
    expect.objectContaining({
      id: "aws/us-east-1/c7g.16xlarge",
      architecture: "arm64",
      cpuKind: "core",
      networkBitsPerSecond: 30e9,
      rdma: true,
      rates: { coremark: 1_611_786 },
      accelerators: null,
      source: "measured shapes in vms.csv",
    }),
    expect.objectContaining({
      accelerators: { name: "a10g", count: 1, memoryBytes: null },
      rates: {},
      cpuKind: "thread",
    }),
    expect.objectContaining({ bareMetal: true, networkBitsPerSecond: null, spotPerHour: 2.3712 }),
  ]);
});
