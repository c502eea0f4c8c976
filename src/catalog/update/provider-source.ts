import { AloftError } from "../../base/errors.ts";
import type { CatalogUpdate } from "../../model/catalog-update.ts";
import { readApiKeyFile } from "./api-key-file.ts";
import { createAwsPrices } from "./aws.ts";
import { createAzurePrices } from "./azure.ts";
import { createGcpPrices } from "./gcp.ts";
import type { PriceSource, ShapeFacts } from "./price-source.ts";
import type { Connection } from "./web.ts";

export interface SourceParts {
  /** What the catalogue knows of the provider's shapes. */
  readonly facts: ReadonlyMap<string, ShapeFacts>;
  readonly connection?: Connection | undefined;
  readonly warn: (message: string) => void;
}

/** The reader of a provider's prices. Throws `bad-input` for what does not go with that provider. */
export function providerSource(
  asked: Pick<CatalogUpdate, "provider" | "apiKeyFile" | "spot">,
  { facts, connection = {}, warn }: SourceParts,
): PriceSource {
  const { provider, apiKeyFile, spot } = asked;
  if (provider !== "gcp" && apiKeyFile !== undefined) throw needless(provider, "an API key");
  if (provider !== "aws" && !spot)
    throw needless(provider, "the wish to leave out spot prices, which come with the others");
  if (provider === "aws")
    return createAwsPrices({ connection, facts, ...(spot ? {} : { spotAddress: null }) });
  if (provider === "azure") return createAzurePrices({ connection, facts });
  if (apiKeyFile === undefined)
    throw new AloftError("bad-input", "Google tells its prices to holders of an API key only", {
      hint: "make one at https://console.cloud.google.com/apis/credentials, write it to a file, and name that with --api-key-file",
    });
  const apiKey = (): Promise<string> => readApiKeyFile(apiKeyFile, warn);
  return createGcpPrices({ connection, facts, apiKey });
}

function needless(provider: string, what: string): AloftError {
  return new AloftError("bad-input", `${provider} has no use for ${what}`);
}
