import { describeEngine } from "../conformance.ts";
import { prepareUmlGuest } from "./guest.ts";
import { createUmlEngine } from "./uml.ts";
import { vmTrial } from "./vm-trial.ts";

describeEngine("uml", () =>
  vmTrial({
    prepare: prepareUmlGuest,
    engine: (guestFolder) => createUmlEngine({ guestFolder }),
    cannot: {},
  }),
);
