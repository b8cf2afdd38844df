// Node.js loads this file first in the processes of the jsii runtime, and does nothing in others.
"use strict";
const fs = require("fs");
const path = require("path");

const off = (process.env.FASTSTART_OFF || "").split(",");
const on = (lever) => !off.includes(lever) && !off.includes("all");
const main = process.argv[1] || "";
const isWrapper = main.endsWith(path.join("bin", "jsii-runtime.js"));
const isKernel = main.endsWith(path.join("lib", "program.js"));
const kernel = path.join(path.dirname(main), "..", "lib", "program.js");
const direct = isWrapper && on("wrapper") && process.platform !== "win32" && fs.existsSync(kernel);

if (direct) runKernelHere();
if (direct || isKernel) {
  // Programs that the kernel starts get what they would have got.
  process.env.NODE_OPTIONS = "--max-old-space-size=4069";
  if (on("traces")) withoutStackTraces();
}

// The runtime's main program only starts the kernel as a process of its own and copies messages between that and Go.
// The kernel can as well be this process: it reads and writes descriptor 3, which stands for standard input and output.
function runKernelHere() {
  // Whatever opens a file later must not get descriptor 3.
  for (let fd = -1; fd < 3; ) fd = fs.openSync("/dev/null", "r");
  const { readSync, writeSync } = fs;
  fs.readSync = (fd, ...rest) => readSync(fd === 3 ? 0 : fd, ...rest);
  fs.writeSync = (fd, ...rest) => writeSync(fd === 3 ? 1 : fd, ...rest);

  // Standard output belongs to the messages. What JavaScript prints goes where the main program would have put it.
  const { Writable } = require("stream");
  const stdout = new Writable({
    write(chunk, encoding, done) {
      writeSync(2, JSON.stringify({ stdout: Buffer.from(chunk, encoding).toString("base64") }) + "\n");
      done();
    },
  });
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => stdout });

  // The kernel asks its arguments whether packages may be links into the cache; NODE_OPTIONS has said so to Node.js.
  process.execArgv.push("--preserve-symlinks");
  process.argv[1] = kernel;
  const Module = require("module");
  const { runMain } = Module;
  Module.runMain = () => runMain.call(Module, kernel);
}

// CDKTF records a stack trace for each block of each resource, of JavaScript frames that mean nothing to a Go program.
// Assigning 0 would not last, because libraries set the limit again; V8 takes none where the limit is an accessor.
function withoutStackTraces() {
  Object.defineProperty(Error, "stackTraceLimit", { configurable: true, enumerable: true, get: () => 0, set() {} });
}
