// The tour of each Node client: connect, list, and all steps of the tour. It reports each result on one JSON line, and
// judges nothing.

export function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// The steps' arguments, with "$name" replaced by the value known under that name.
function filledIn(args, known) {
  const value = (given) => (typeof given === "string" && given.startsWith("$") ? known[given.slice(1)] : given);
  return Object.fromEntries(Object.entries(args).map(([name, given]) => [name, value(given)]));
}

async function step(client, { name, tool, arguments: args }, known) {
  try {
    const result = await client.callTool({ name: tool, arguments: filledIn(args, known) });
    const structured = result.structuredContent;
    known.ticket ??= structured?.ticket?.id;
    say({ did: name, isError: result.isError === true, structured, text: result.content?.[0]?.text });
  } catch (error) {
    say({ did: name, raised: String(error) });
  }
}

export async function tour(connect) {
  const job = JSON.parse(process.argv[2]);
  const { client, protocol } = await connect(job);
  say({ did: "connect", protocol, server: client.getServerVersion()?.name });
  say({ did: "list tools", tools: (await client.listTools()).tools });
  const known = { email: job.email };
  for (const one of job.steps) await step(client, one, known);
  await client.close();
}
