/**
 * Where each operation of the API is. Kept apart from its schemas so that a client that only asks need
 * not load a schema library.
 */
export const routes = {
  status: { method: "GET", path: "/v1/status" },
  shutdown: { method: "POST", path: "/v1/shutdown" },
  doctor: { method: "GET", path: "/v1/doctor" },
  plan: { method: "POST", path: "/v1/plan" },
  accuracy: { method: "GET", path: "/v1/accuracy" },
  createRun: { method: "POST", path: "/v1/runs" },
  listRuns: { method: "GET", path: "/v1/runs" },
  getRun: { method: "GET", path: "/v1/runs/:id" },
  waitRun: { method: "GET", path: "/v1/runs/:id/wait" },
  cancelRun: { method: "POST", path: "/v1/runs/:id/cancel" },
  rerun: { method: "POST", path: "/v1/runs/:id/rerun" },
  buildImage: { method: "POST", path: "/v1/images/build" },
  listImages: { method: "GET", path: "/v1/images" },
  getImage: { method: "GET", path: "/v1/images/:reference" },
  removeImage: { method: "DELETE", path: "/v1/images/:reference" },
  collectImages: { method: "POST", path: "/v1/images/gc" },
  listOffers: { method: "GET", path: "/v1/catalog/offers" },
  getOffer: { method: "GET", path: "/v1/catalog/offers/:id" },
  checkCatalog: { method: "GET", path: "/v1/catalog/check" },
  listOfferSources: { method: "GET", path: "/v1/catalog/sources" },
  importOffers: { method: "POST", path: "/v1/catalog/sources" },
  updateOffers: { method: "POST", path: "/v1/catalog/update" },
  removeOfferSource: { method: "DELETE", path: "/v1/catalog/sources/:name" },
} as const;

export type OperationName = keyof typeof routes;

/** Bytes as they are written, until the run has ended and all is sent: `?follow=true`, `?from=BYTE`. */
export const streamRoute = "/v1/runs/:id/streams/:stream";

/** Progress of a build as lines of JSON (`BuildEvent`), ending with the image or the problem. */
export const buildEventsRoute = "/v1/images/build/events";

/** Progress of an update as lines of JSON (`UpdateEvent`), ending with the result or the problem. */
export const updateEventsRoute = "/v1/catalog/update/events";

/** Fills `:name` places of a path; each value is one path segment. */
export function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:([a-z]+)/gi, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
}
