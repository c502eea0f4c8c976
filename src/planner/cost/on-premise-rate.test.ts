import { expect, test } from "vitest";
import type { OnPremiseRate } from "../../model/cost-settings.ts";
import { chargedCpus, onPremisePerHour } from "./on-premise-rate.ts";

const GiB = 2 ** 30;
const shared: OnPremiseRate = {
  perCpuHour: 0.02,
  memoryBytesPerCpu: 4 * GiB,
  wholeMachines: false,
  currency: "EUR",
  source: "the computing centre",
  date: "2026-01-01",
};
const share = { cpus: 8, memoryBytes: 16 * GiB, machineCpus: 40 };

test.each([
  ["more cpus than memory: the cpus", share, shared, 8],
  ["more memory than cpus: what comes with it", { ...share, memoryBytes: 64 * GiB }, shared, 16],
  ["never more than there is", { ...share, memoryBytes: 640 * GiB }, shared, 40],
  ["memory that was not asked for", { ...share, memoryBytes: null }, shared, 8],
  [
    "memory that is not charged",
    { ...share, memoryBytes: 64 * GiB },
    { ...shared, memoryBytesPerCpu: null },
    8,
  ],
  ["whole machines", share, { ...shared, wholeMachines: true }, 40],
])("%s", (_, asked, rate, cpus) => {
  expect(chargedCpus(asked, rate)).toBe(cpus);
});

test("eight cpus at two cents", () => {
  expect(onPremisePerHour(share, shared)).toBeCloseTo(0.16, 12);
});
