import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeEngine } from "../conformance.ts";
import { prepareUmlGuest } from "./guest.ts";
import { createUmlEngine } from "./uml.ts";
import { vmTrial } from "./testing-vm.ts";

const scratch = mkdtempSync(join(tmpdir(), "aloft-vm-guest-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeEngine("uml", () =>
  vmTrial({
    scratch,
    prepare: prepareUmlGuest,
    engine: (guestFolder) => createUmlEngine({ guestFolder }),
    cannot: {},
  }),
);
