import { defineConfig } from "rolldown";

/** Command line and server in one bundle with lazily loaded chunks: docs/adr/0002 says why. */
export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  // Fastify finds parts of itself by path at run time.
  external: ["fastify"],
  // Files that a module finds beside itself (`new URL("init.sh", import.meta.url)`) come along.
  experimental: { resolveNewUrlToAsset: true },
  output: {
    format: "esm",
    sourcemap: true,
    chunkFileNames: "chunks/[name]-[hash].js",
  },
});
