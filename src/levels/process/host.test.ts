import { systemClock } from "../../base/clock.ts";
import { createLocalPlatform } from "../../platforms/local/local-platform.ts";
import { describeEngine, instanceOf } from "../conformance.ts";
import { createHost } from "./host.ts";

describeEngine("host", async () => {
  const engine = createHost();
  return {
    engine,
    availability: await engine.probe(AbortSignal.timeout(10_000)),
    open: (folder) =>
      createLocalPlatform({
        folder,
        instance: instanceOf(folder),
        clock: systemClock,
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      }),
  };
});
