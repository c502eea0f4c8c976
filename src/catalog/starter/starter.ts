import { fileURLToPath } from "node:url";

/** The catalogue that comes with Aloft: offers in our columns, and prices of data. Written by hand; each row has its source and date. */
export const starterFiles = {
  offers: fileURLToPath(new URL("offers.csv", import.meta.url)),
  dataPrices: fileURLToPath(new URL("data-prices.json", import.meta.url)),
};
