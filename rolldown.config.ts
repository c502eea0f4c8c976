import { defineConfig } from "rolldown";

/** Command line and server in one bundle with lazily loaded chunks: docs/adr/0002 says why. */
export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  // Fastify finds parts of itself by path at run time.
  external: ["fastify"],
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    cleanDir: false,
  },
});
