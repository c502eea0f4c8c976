import { expect, test } from "vitest";
import { architectureOf, cpuKindOf, hasRdma, isBareMetal } from "./platform-facts.ts";

test.each([
  ["aws", "c7gn.16xlarge", "arm64"],
  ["aws", "a1.large", "arm64"],
  ["aws", "im4gn.large", "arm64"],
  ["aws", "p6e-gb200.36xlarge", "arm64"],
  ["aws", "g5.xlarge", "x64"],
  ["aws", "u-6tb1.112xlarge", "x64"],
  ["gcp", "c4a-standard-16", "arm64"],
  ["gcp", "c4d-standard-16", "x64"],
  ["azure", "Standard_D16ps_v5", "arm64"],
  ["azure", "Standard_NC24r_Promo", "x64"],
  ["azure", "Standard_HB120-16rs_v3", "x64"],
  ["elsewhere", "any", undefined],
])("%s %s is %s", (platform, shape, architecture) => {
  expect(architectureOf(platform, shape)).toBe(architecture);
});

test.each([
  ["aws", "c7i.large", "thread"],
  ["aws", "c7a.large", "core"],
  ["aws", "hpc6id.32xlarge", "core"],
  ["aws", "m6a.large", "thread"],
  ["aws", "t2.micro", null],
  ["gcp", "t2d-standard-60", "core"],
  ["gcp", "c3-standard-176", "thread"],
  ["azure", "Standard_D16s_v5", null],
])("a cpu of %s %s is a %s", (platform, shape, kind) => {
  expect(cpuKindOf(platform, shape)).toBe(kind);
});

test.each([
  ["aws", "hpc7g.4xlarge", true],
  ["aws", "c7i.48xlarge", true],
  ["aws", "c7i.24xlarge", false],
  ["aws", "c6in.32xlarge", true],
  ["aws", "c6i.metal", true],
  ["aws", "r6idn.32xlarge", true],
  ["aws", "x2iedn.32xlarge", true],
  ["aws", "c8g.24xlarge", true],
  ["aws", "c8g.16xlarge", false],
  ["aws", "p4de.24xlarge", true],
  ["aws", "g5.4xlarge", false],
  ["aws", "g6e.8xlarge", true],
  ["azure", "Standard_HB176rs_v4", true],
  ["azure", "Standard_HB176s_v4", false],
  ["azure", "Standard_ND96isr_H100_v5", true],
  ["azure", "Standard_NC24ads_A100_v4", false],
  ["gcp", "h3-standard-88", false],
  ["gcp", "h4d-standard-192", true],
])("%s %s has RDMA: %s", (platform, shape, rdma) => {
  expect(hasRdma(platform, shape)).toBe(rdma);
});

test("bare metal is told by the names", () => {
  expect(isBareMetal("aws", "c7i.metal-24xl")).toBe(true);
  expect(isBareMetal("gcp", "c3-standard-192-metal")).toBe(true);
  expect(isBareMetal("oci", "BM.HPC2.36")).toBe(true);
  expect(isBareMetal("azure", "Standard_HB120rs_v3")).toBe(false);
});
