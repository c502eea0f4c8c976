import { describeEngine } from "../conformance.ts";
import { prepareQemuGuest } from "./guest.ts";
import { createQemuEngine } from "./qemu.ts";
import { vmTrial } from "./vm-trial.ts";

describeEngine("qemu", () =>
  vmTrial({
    prepare: prepareQemuGuest,
    engine: (guestFolder) => createQemuEngine({ guestFolder }),
    cannot: {},
  }),
);
