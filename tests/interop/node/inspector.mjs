// The Inspector's command line, once for each of its jobs: it lists the tools with --strict, which fails on a
// schema that some hosts cannot take, and takes those steps of the tour that need no earlier one.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { say } from "./tour.mjs";

const job = JSON.parse(process.argv[2]);
const home = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json"));
const INSPECTOR = [join(home, "clients/launcher/build/index.js"), "--cli"];
const TOOL_SAID_ERROR = 5; // its exit code

function target() {
  const options = ["--transport", job.transport, "--protocol-era", job.mode, "--format", "json", "--quiet"];
  if (job.transport === "stdio") return { options, command: ["--", ...job.command] };
  const headers = Object.entries(job.headers).map(([name, value]) => `${name}: ${value}`);
  return { options: [job.url, ...options, ...headers.flatMap((header) => ["--header", header])], command: [] };
}

async function inspect(...what) {
  const { options, command } = target();
  const args = [...INSPECTOR, ...options, ...what, ...command];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((failure) => {
    if (failure.code !== TOOL_SAID_ERROR) throw new Error(`${failure.stdout}${failure.stderr}`);
    return failure;
  });
  return JSON.parse(stdout).result;
}

say({ did: "list tools", tools: (await inspect("--method", "tools/list", "--strict")).tools });
for (const { name, tool, arguments: args } of job.steps) {
  const given = JSON.stringify({ ...args, ...(args.email && { email: job.email }) });
  const result = await inspect("--method", "tools/call", "--tool-name", tool, "--tool-args-json", given);
  const structured = result.structuredContent;
  say({ did: name, isError: result.isError === true, structured, text: result.content?.[0]?.text });
}
