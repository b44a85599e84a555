// Runs nodemailer's verify() many times in one process and prints the same line of JSON as the other
// probers. The warm-up is not counted: a service of this kind runs for weeks.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import nodemailer from "nodemailer";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "1000" },
    warmup: { type: "string", default: "300" },
    concurrency: { type: "string", default: "100" },
    tls: { type: "string", default: "none" },
    "tls-name": { type: "string", default: "mail.bench.test" },
    "ca-file": { type: "string" },
    "max-seconds": { type: "string", default: "120" },
  },
});

const targets = positionals.map((address) => {
  const [host, port] = address.split(":");
  return { host, port: Number(port) };
});

const security =
  values.tls === "none"
    ? { ignoreTLS: true }
    : {
        requireTLS: true,
        tls: { ca: readFileSync(values["ca-file"]), servername: values["tls-name"] },
      };

async function check(number) {
  const target = targets[number % targets.length];
  const transport = nodemailer.createTransport({ ...target, ...security, name: "prober.bench.test" });
  try {
    await transport.verify();
    return true;
  } catch (error) {
    console.error(`check ${number}: ${error.message}`);
    return false;
  } finally {
    transport.close();
  }
}

async function checkAll(count) {
  let next = 0;
  let up = 0;
  const worker = async () => {
    while (next < count) {
      if (await check(next++)) up++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(Number(values.concurrency), count) }, worker));
  return up;
}

const limit = setTimeout(() => {
  console.error(`not done after ${values["max-seconds"]} s`);
  process.exit(1);
}, Number(values["max-seconds"]) * 1000);

await checkAll(Number(values.warmup));
const cpuBefore = process.cpuUsage();
const rssBefore = process.memoryUsage().rss;
const started = performance.now();
const checks = Number(values.count);
const up = await checkAll(checks);
const cpu = process.cpuUsage(cpuBefore);
clearTimeout(limit);
console.log(
  JSON.stringify({
    checks,
    up,
    degraded: 0,
    down: checks - up,
    unknown: 0,
    user_ms: cpu.user / 1000,
    sys_ms: cpu.system / 1000,
    wall_ms: Math.round(performance.now() - started),
    rss_kib_before: Math.round(rssBefore / 1024),
    rss_kib_peak: process.resourceUsage().maxRSS,
  }),
);
