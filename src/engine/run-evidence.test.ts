import { expect, test } from "vitest";
import { anOffer } from "../model/offer-sample.ts";
import { Workload } from "../model/workload.ts";
import { runEvidence } from "./run-evidence.ts";

const parts = {
  storage: { family: async () => [] },
  recorder: { allUnwritten: () => [] },
  machine: { cpus: 2, memoryBytes: 1e9, architecture: "x64", processor: "p", kernel: "6.1" },
};

function evidence(on: string) {
  const profile = { measured: [{ on, time: "10m" }] };
  return runEvidence(Workload.parse({ command: "x", profile }), [anOffer()], parts);
}

test.each(["aws/us-east-1/m.xlarge", "aws/m.xlarge", "here"])(
  "a run timed on %s counts",
  async (on) => {
    const { runs } = await evidence(on);
    expect(runs).toMatchObject([{ kind: "declared", seconds: 600, cpus: 1 }]);
  },
);

test("a run timed on what the catalogue does not know is bad input that names its place", async () => {
  await expect(evidence("aws/us-east-1/no-such")).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining("profile.measured[0].on") as string,
  });
});
