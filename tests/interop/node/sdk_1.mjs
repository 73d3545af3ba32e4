// The TypeScript SDK 1.x, which most hosts use. It checks structured content against a tool's output schema, for errors
// too.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { tour } from "./tour.mjs";

const TRANSPORTS = {
  http: ({ url, headers }) => new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  sse: ({ url, headers }) => new SSEClientTransport(new URL(url), { requestInit: { headers } }),
  stdio: ({ command: [command, ...args] }) => new StdioClientTransport({ command, args }),
};

await tour(async (job) => {
  const client = new Client({ name: "interop", version: "1" });
  const transport = TRANSPORTS[job.transport](job);
  let protocol; // the client tells it to its transport only
  const told = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    protocol = version;
    told?.(version);
  };
  await client.connect(transport);
  return { client, protocol };
});
