import type { Image } from "../model/image.ts";
import type { ImageStore } from "./image-store.ts";

/** Sources that may change without Aloft: each build looks at them. */
const local = /^(?:dir|tar|oci|docker-archive|oci-archive):/;

/**
 * A store that remembers which image a recipe gave, so that a run of an image that is there reads nothing from the disk for it.
 * Right as long as nobody else writes to the store's folder: one server owns it. Everything that may change an answer forgets all.
 */
export function rememberImages(store: ImageStore): ImageStore {
  const known = new Map<string, Image>();
  let changes = 0;

  function forget(): void {
    known.clear();
    changes += 1;
  }

  function forgetting<Args extends unknown[], Result>(change: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      try {
        return await change(...args);
      } finally {
        forget();
      }
    };
  }

  return {
    ...store,
    async build(recipe, options) {
      const key = JSON.stringify(recipe);
      const asked = options.name === undefined && options.refresh !== true;
      const found = asked ? known.get(key) : undefined;
      if (found) return found;
      const before = changes;
      const image = await store.build(recipe, options);
      if (!asked) forget();
      // Something was removed or named while it was built: the answer may be an old one.
      else if (!local.test(recipe.from) && changes === before) known.set(key, image);
      return image;
    },
    async built(recipe, origin) {
      return known.get(JSON.stringify(recipe)) ?? (await store.built(recipe, origin));
    },
    remove: forgetting((...args: Parameters<ImageStore["remove"]>) => store.remove(...args)),
    gc: forgetting((...args: Parameters<ImageStore["gc"]>) => store.gc(...args)),
  };
}
