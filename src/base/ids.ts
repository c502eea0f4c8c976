/** Crockford's base 32 in lower case: no i, l, o, u, so an id survives being read aloud. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A random name of `length` characters, 5 bits each. Safe in paths, cgroups and host names. */
export function randomId(length = 10): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join("");
}
