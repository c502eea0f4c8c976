import type { Command, Context } from "../command.ts";
import { type Offer, offers } from "../completions.ts";

export const complete: Command = {
  takesCommand: true,
  examples: ["aloft __complete -- im"],
  async run(context) {
    const found = await offers(context.rest ?? [], {
      runs: () => runOffers(context),
      images: () => imageOffers(context),
    });
    if (context.json) context.printJson(found);
    else context.print(...found.map(({ text, about }) => (about ? `${text}\t${about}` : text)));
    return 0;
  },
};

/** Pressing a key must not start a server: without one there is nothing to offer. */
async function runOffers({ connection }: Context): Promise<Offer[]> {
  const query = { all: "true", limit: "100" };
  const runs = await connection.present("listRuns", { query }).catch(() => []);
  return runs.map(({ id, name, state }) => ({ text: id, about: `${name}, ${state}` }));
}

async function imageOffers({ connection }: Context): Promise<Offer[]> {
  const images = await connection.present("listImages").catch(() => []);
  return images.flatMap(({ digest, names }) =>
    names.length > 0
      ? names.map((text) => ({ text, about: digest.slice(0, 19) }))
      : [{ text: digest.slice(0, 19), about: "" }],
  );
}
