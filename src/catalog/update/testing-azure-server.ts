import { type Handler, sendJson } from "./testing-price-server.ts";

/** An on-demand price of a D4s v5 in eastus, as the service writes it, and what differs. */
export function item(different: Record<string, unknown> = {}) {
  return {
    currencyCode: "USD",
    tierMinimumUnits: 0.0,
    retailPrice: 0.192,
    unitPrice: 0.192,
    armRegionName: "eastus",
    location: "US East",
    effectiveStartDate: "2023-04-01T00:00:00Z",
    meterId: "f4d7a5a5-1b67-45ea-b1a0-282fbdd34b05",
    meterName: "D4s v5",
    productId: "DZH318Z08NRP",
    skuId: "DZH318Z08NRP/001C",
    productName: "Virtual Machines Dsv5 Series",
    skuName: "D4s v5",
    serviceName: "Virtual Machines",
    serviceId: "DZH313Z7MMC8",
    serviceFamily: "Compute",
    unitOfMeasure: "1 Hour",
    type: "Consumption",
    isPrimaryMeterRegion: true,
    armSkuName: "Standard_D4s_v5",
    ...different,
  };
}

export function page(items: unknown[], next: string | null = null) {
  return {
    BillingCurrency: "USD",
    CustomerEntityId: "Default",
    CustomerEntityType: "Retail",
    Items: items,
    NextPageLink: next,
    Count: items.length,
  };
}

/** Pages by `$skip`; links name Azure's own host, as the service writes them. */
export function pagesOf(...pages: unknown[][]): (skip: number) => unknown {
  return (skip) => {
    const more = skip + 1 < pages.length;
    const link = `https://prices.azure.com:443/api/retail/prices?$filter=…&$skip=${skip + 1}`;
    return page(pages[skip] ?? [], more ? link : null);
  };
}

export function skipOf(path: string): number {
  return Number(/\$skip=(\d+)/.exec(decodeURIComponent(path))?.[1] ?? 0);
}

export function serving(answer: (skip: number) => unknown): Handler {
  return (request, response) => sendJson(response, answer(skipOf(request.url ?? "")));
}
