import { createClient, type Client, type TransportRequest } from "../contract/client.ts";
import { createSocketTransport, isAbsent, isLost } from "./transport.ts";

/** How often one request is sent again before its error is believed. */
const attempts = 5;

/** A server that is started when a request finds none, and found again when it was restarted in between. */
export interface Connection {
  readonly client: Client;
  /**
   * As `client`, and also sent again where the connection broke half way. Only for requests that may be received twice: a
   * question, a cancellation, a creation with a key.
   */
  readonly repeatable: Client;
  /** An answer as it comes. A server that is not there is started; a broken connection throws. */
  stream(request: TransportRequest): AsyncGenerator<Buffer>;
  /** Of the server that answers now; never starts one. */
  readonly present: Client;
}

export function createConnection(socket: string, ensureServer: () => Promise<void>): Connection {
  const transport = createSocketTransport(socket);

  function retrying(mayRepeat: (error: unknown) => boolean): Client {
    return createClient(async (request) => {
      for (let left = attempts; ; left -= 1) {
        try {
          return await transport.send(request);
        } catch (error) {
          if (left <= 1 || request.signal?.aborted || !mayRepeat(error)) throw error;
          await ensureServer();
        }
      }
    });
  }

  async function* stream(request: TransportRequest): AsyncGenerator<Buffer> {
    for (let left = attempts; ; left -= 1) {
      let received = false;
      try {
        for await (const chunk of transport.stream(request)) {
          received = true;
          yield chunk;
        }
        return;
      } catch (error) {
        if (left <= 1 || received || request.signal?.aborted || !isAbsent(error)) throw error;
        await ensureServer();
      }
    }
  }

  return {
    client: retrying(isAbsent),
    repeatable: retrying((error) => isAbsent(error) || isLost(error)),
    stream,
    present: createClient(transport.send),
  };
}
