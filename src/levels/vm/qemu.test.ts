import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeEngine } from "../conformance.ts";
import { prepareQemuGuest } from "./guest.ts";
import { createQemuEngine } from "./qemu.ts";
import { vmTrial } from "./testing-vm.ts";

const scratch = mkdtempSync(join(tmpdir(), "aloft-vm-guest-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeEngine("qemu", () =>
  vmTrial({
    scratch,
    prepare: prepareQemuGuest,
    engine: (guestFolder) => createQemuEngine({ guestFolder }),
    cannot: {},
  }),
);
