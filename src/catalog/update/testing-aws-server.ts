import type { IncomingMessage, ServerResponse } from "node:http";
import { type PriceServer, sendJson, startServer } from "./testing-price-server.ts";

/** What addresses of one version of the lists begin with. */
export const version = "/offers/v1.0/aws/AmazonEC2/20260912225308";

const spotPrices = {
  vers: 0.01,
  config: {
    rate: "perhr",
    valueColumns: ["linux", "mswin"],
    currencies: ["USD"],
    regions: [
      {
        region: "us-east",
        footnotes: { "*": "notAvailableForCCorCGPU" },
        instanceTypes: [
          {
            type: "computeCurrentGen",
            sizes: [
              spotSize("c6i.large", "0.0391"),
              spotSize("c7g.xlarge", "N/A*"),
              spotSize("p5.48xlarge", "0.0000"),
            ],
          },
        ],
      },
    ],
  },
};

function spotSize(size: string, linux: string) {
  const column = (name: string, USD: string) => ({ name, prices: { USD } });
  return { size, valueColumns: [column("linux", linux), column("mswin", "0.9")] };
}

type ListHandler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** Serves the index, the spot table, and a list for every region by `answer`, told how often it was asked before. */
export async function startAws(
  answer: ListHandler,
  regions: readonly string[] = ["us-east-1"],
): Promise<PriceServer> {
  let attempt = 0;
  return startServer((request, response) => {
    if (request.url?.endsWith("region_index.json"))
      sendJson(response, {
        formatVersion: "v1.0",
        publicationDate: "2026-09-12T22:53:08Z",
        regions: Object.fromEntries(
          regions.map((regionCode) => [
            regionCode,
            { regionCode, currentVersionUrl: `${version}/${regionCode}/index.json` },
          ]),
        ),
      });
    else if (request.url === "/spot.json")
      sendJson(response, `callback(${JSON.stringify(spotPrices)});`);
    else answer(request, response, attempt++);
  });
}
