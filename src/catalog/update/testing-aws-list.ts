/** Columns of a real list of 2025, less those that nobody reads. */
const names = [
  "SKU",
  "OfferTermCode",
  "RateCode",
  "TermType",
  "PriceDescription",
  "EffectiveDate",
  "StartingRange",
  "EndingRange",
  "Unit",
  "PricePerUnit",
  "Currency",
  "Product Family",
  "serviceCode",
  "Location",
  "Location Type",
  "Instance Type",
  "Instance Family",
  "vCPU",
  "Physical Processor",
  "Clock Speed",
  "Memory",
  "Storage",
  "Network Performance",
  "Processor Architecture",
  "Tenancy",
  "Operating System",
  "License Model",
  "usageType",
  "operation",
  "CapacityStatus",
  "GPU",
  "GPU Memory",
  "MarketOption",
  "Pre Installed S/W",
  "Region Code",
  "serviceName",
];

/** A price of a c6i.large, on demand. */
const usual: Record<string, string> = {
  SKU: "2223B6PCG6QAUYY6",
  OfferTermCode: "JRTCKXETXF",
  RateCode: "2223B6PCG6QAUYY6.JRTCKXETXF.6YS6EN2CT7",
  TermType: "OnDemand",
  PriceDescription: "$0.085 per On Demand Linux c6i.large Instance Hour",
  EffectiveDate: "2026-09-01",
  StartingRange: "0",
  EndingRange: "Inf",
  Unit: "Hrs",
  PricePerUnit: "0.0850000000",
  Currency: "USD",
  "Product Family": "Compute Instance",
  serviceCode: "AmazonEC2",
  Location: "US East (N. Virginia)",
  "Location Type": "AWS Region",
  "Instance Type": "c6i.large",
  "Instance Family": "Compute optimized",
  vCPU: "2",
  "Physical Processor": "Intel Xeon 8375C (Ice Lake)",
  "Clock Speed": "3.5 GHz",
  Memory: "4 GiB",
  Storage: "EBS only",
  "Network Performance": "Up to 12500 Megabit",
  "Processor Architecture": "64-bit",
  Tenancy: "Shared",
  "Operating System": "Linux",
  "License Model": "No License required",
  usageType: "BoxUsage:c6i.large",
  operation: "RunInstances",
  CapacityStatus: "Used",
  MarketOption: "OnDemand",
  "Pre Installed S/W": "NA",
  "Region Code": "us-east-1",
  serviceName: "Amazon Elastic Compute Cloud",
};

/** One line: what differs from an on-demand c6i.large in us-east-1. */
export function priceLine(different: Record<string, string> = {}): string {
  const row = { ...usual, ...different };
  // Empty fields come without quotes, as AWS writes them.
  return names.map((name) => (row[name] === undefined ? "" : quoted(row[name]))).join(",");
}

export const head = [
  ["FormatVersion", "v1.0"],
  ["Disclaimer", "This pricing list is for informational purposes only."],
  ["Publication Date", "2026-09-12T22:53:08Z"],
  ["Version", "20260912225308"],
  ["OfferCode", "AmazonEC2"],
  names,
].map((row) => row.map(quoted).join(","));

export function priceList(lines: readonly string[]): Buffer {
  return Buffer.from(`${[...head, ...lines].join("\n")}\n`);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
