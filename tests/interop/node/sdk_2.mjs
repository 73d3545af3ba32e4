// The TypeScript SDK 2.x, which knows both eras of the protocol.
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { tour } from "./tour.mjs";

const TRANSPORTS = {
  http: ({ url, headers }) => new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  sse: ({ url, headers }) => new SSEClientTransport(new URL(url), { requestInit: { headers } }),
  stdio: ({ command: [command, ...args] }) => new StdioClientTransport({ command, args }),
};

await tour(async (job) => {
  const client = new Client({ name: "interop", version: "1" }, { versionNegotiation: { mode: job.mode } });
  await client.connect(TRANSPORTS[job.transport](job));
  return { client, protocol: client.getNegotiatedProtocolVersion() };
});
