import { defineConfig } from "rolldown";

/** What a light command such as `status` or `ps` loads: one file is read faster than twenty. */
const light =
  /src\/(?:host|version)\.ts$|src\/base\/|src\/contract\/(?:client|routes)\.ts$|src\/cli\/[a-z-]*\.ts$|src\/cli\/commands\/(?:ps|status)\.ts$|picocolors/;
/** Of the command line, what only heavy commands load. */
const heavy =
  /src\/cli\/(?:apt|ask-|catalog-text|system-packages|comparison|plan-|program|completion|supervisor|trial-)/;

/** Command line and server in one bundle with lazily loaded chunks: docs/adr/0002 says why. */
export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  // A failure is thrown all the same.
  logLevel: "silent",
  // Fastify finds parts of itself by path at run time.
  external: ["fastify"],
  // Files that a module finds beside itself (`new URL("init.sh", import.meta.url)`) come along.
  experimental: { resolveNewUrlToAsset: true },
  output: {
    format: "esm",
    sourcemap: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: {
      groups: [{ name: "light", test: (id) => light.test(id) && !heavy.test(id) }],
    },
  },
});
