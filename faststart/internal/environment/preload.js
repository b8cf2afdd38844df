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
const { isMainThread } = require("worker_threads");
const direct = isMainThread && isWrapper && on("wrapper") && process.platform !== "win32" && fs.existsSync(kernel);

if (direct) runKernelHere();
if (direct || isKernel) {
  // Programs that the kernel starts get what they would have got.
  process.env.NODE_OPTIONS = "--max-old-space-size=4069";
  if (on("traces")) withoutStackTraces();
  if (on("texts")) quickTexts();
  if (on("provider")) typesWhenUsed();
}

// The runtime's main program only starts the kernel as a process of its own and copies messages between that and Go.
// The kernel can as well be this process: it reads and writes descriptor 3, which stands for standard input and output.
function runKernelHere() {
  // Whatever opens a file later must not get descriptor 3.
  for (let fd = -1; fd < 3; ) fd = fs.openSync("/dev/null", "r");
  const { readSync, writeSync } = fs;
  const messages = on("answers") ? answeredAhead() : { read: (...rest) => readSync(0, ...rest), write: (...rest) => writeSync(1, ...rest) };
  fs.readSync = (fd, ...rest) => (fd === 3 ? messages.read(...rest) : readSync(fd, ...rest));
  fs.writeSync = (fd, ...rest) => (fd === 3 ? messages.write(...rest) : writeSync(fd, ...rest));

  // Standard output belongs to the messages. What JavaScript prints goes where the main program would have put it.
  const { Writable } = require("stream");
  const stdout = new Writable({
    write(chunk, encoding, done) {
      writeSync(2, JSON.stringify({ stdout: Buffer.from(chunk, encoding).toString("base64") }) + "\n");
      done();
    },
  });
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => stdout });
  // So does standard input; the main program gives the kernel none. Whoever looks at process.stdin, as require("process") of Node.js 18
  // does, would make descriptor 0 one that does not wait.
  const { Readable } = require("stream");
  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: () => Readable.from([]) });

  // The kernel asks its arguments whether packages may be links into the cache; NODE_OPTIONS has said so to Node.js.
  process.execArgv.push("--preserve-symlinks");
  process.argv[1] = kernel;
  const Module = require("module");
  const { runMain } = Module;
  Module.runMain = () => runMain.call(Module, kernel);
}

// Go waits for the answer to each request. What the answer to "create an object" is can be told before the object is made: the
// number that it gets, and the kernel counts them from 10,000. So inside Batch a thread reads the requests, answers those, and
// leaves the work to the kernel, which comes after in the same order. The kernel's answer is held against the promise. Where it is
// an error, Go hears of it in the place of the next answer that it waits for, and an empty object takes the number of the one that failed.
function answeredAhead() {
  // Go waits for the kernel to say which version it is. That stands in its text and is told at once, so that Go goes on while
  // the kernel starts.
  const { writeSync } = fs;
  const text = fs.readFileSync(kernel);
  const at = text.indexOf('"name":"@jsii/runtime","version":"');
  const version = /"version":"([^"]+)"/.exec(text.toString("latin1", at, at + 60))?.[1];
  let hello = version && `{"hello":"@jsii/runtime@${version}"}\n`;
  if (hello) writeAll(writeSync, Buffer.from(hello));

  const { MessageChannel, receiveMessageOnPort, Worker } = require("worker_threads");
  const { port1, port2 } = new MessageChannel();
  const arrived = 0, nextObject = 1; // of what both threads see
  const shared = new Int32Array(new SharedArrayBuffer(8));
  shared[nextObject] = 10000;
  const thread = new Worker(`${writeAll}(${readRequests})()`, {
    eval: true, execArgv: [], stdout: true, workerData: { port: port2, shared }, transferList: [port2],
  });
  thread.unref();
  port1.unref();
  // A thread that waits for a request would keep a kernel that failed from ending.
  process.on("exit", () => {
    try { fs.closeSync(1); } catch {}
  });

  const filler = Buffer.from('{"api":"create","fqn":"Object"}\n');
  let taken = 0;
  let current = { bytes: Buffer.alloc(0) };
  let failure; // what Go is yet to be told

  const next = () => {
    // The thread may wake this one for a request that it has taken already.
    while (Atomics.load(shared, arrived) === taken) Atomics.wait(shared, arrived, taken);
    if (on("optimiser")) optimise(taken);
    taken++;
    const { message } = receiveMessageOnPort(port1);
    return { ...message, bytes: Buffer.from(message.bytes.buffer) };
  };
  const answer = (text) => writeAll(writeSync, Buffer.from(text));

  const later = (text) => {
    const { error, ...rest } = JSON.parse(text);
    return JSON.stringify({ ...rest, error: `${error} (an earlier call failed; FASTSTART_OFF=answers stops at it)` }) + "\n";
  };

  return {
    read(buffer, offset, length) {
      if (current.bytes.length === 0) {
        current = next();
        while (failure && !current.answered && !current.last) {
          answer(failure);
          failure = undefined;
          current = next();
        }
        if (failure && current.promised) current = { ...current, bytes: filler, promised: undefined };
      }
      const count = current.bytes.copy(buffer, offset, 0, length);
      current.bytes = current.bytes.subarray(count);
      return count;
    },
    write(buffer, offset = 0) {
      if (current.remove) fs.rmSync(current.remove, { force: true });
      const text = buffer.toString("utf8", offset);
      if (hello) {
        if (text !== hello) throw new Error(`the kernel says ${text}, and not ${hello}`);
        hello = undefined;
        return buffer.length - offset;
      }
      const failed = text.startsWith('{"error":');
      if (!current.answered) {
        for (const [, number] of text.matchAll(/"\$jsii\.byref":"[^"]+@(\d+)"/g)) {
          if (Number(number) >= Atomics.load(shared, nextObject)) Atomics.store(shared, nextObject, Number(number) + 1);
        }
        answer(text);
      } else if (failed) {
        failure ??= later(text);
        if (current.promised) current = { bytes: filler, answered: true };
      } else if (current.promised && !text.startsWith(`{"ok":{"$jsii.byref":"${current.promised}"`)) {
        failure ??= JSON.stringify({ error: `${current.promised} was made under another name; set FASTSTART_OFF=answers` }) + "\n";
      }
      return buffer.length - offset;
    },
  };
}

// writeAll writes to a pipe that may be full.
function writeAll(writeSync, bytes) {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (e) {
      if (e.code === "EPIPE" || e.code === "EBADF") return; // nobody waits any more
      if (e.code !== "EAGAIN") throw e;
    }
  }
}

// readRequests is what the thread runs.
function readRequests() {
  const fs = require("fs");
  const { port, shared } = require("worker_threads").workerData;
  const arrived = 0, nextObject = 1;
  const part = new Uint8Array(1 << 16);
  let promises = 0; // objects promised since the kernel last answered
  let inBatch = false, callsBack = false;

  // What goes to the other thread is handed over, and not copied: it needs memory of its own.
  const own = (bytes) => Buffer.from(new Uint8Array(bytes).buffer);
  const read = () => {
    for (const parts = []; ; ) {
      const count = fs.readSync(0, part, 0, part.length, null);
      const whole = count === 0 || part[count - 1] === 10;
      if (whole && parts.length === 0) return own(part.subarray(0, count));
      parts.push(part.slice(0, count));
      if (whole) return own(Buffer.concat(parts));
    }
  };
  const answer = (value) => writeAll(fs.writeSync, Buffer.from(JSON.stringify({ ok: value }) + "\n"));

  const send = (message) => {
    port.postMessage(message, [message.bytes.buffer]);
    Atomics.add(shared, arrived, 1);
    Atomics.notify(shared, arrived);
  };

  const pass = () => {
    let bytes = read();
    const start = bytes.toString("latin1", 0, 300);
    const fqn = /^\{"api":"create","fqn":"([^"]+)"/.exec(start)?.[1];
    const first = Atomics.load(shared, nextObject);
    const last = bytes.length === 0 || start.startsWith('{"exit":');
    let promised, remove, answered = false;
    const batch = /^\{"api":"sinvoke","fqn":"faststart-references.References","method":"(begin|end)"/.exec(start)?.[1];
    if (batch) inBatch = batch === "begin";
    // What Go overrides the kernel may call while it makes any object, and then Go must be waiting. Attributes are asked for in synthesis.
    if (fqn && bytes.includes('"overrides":[')) callsBack ||= JSON.parse(bytes).overrides.some((each) => each.method !== "synthesizeAttributes");
    if (fqn && inBatch && !callsBack) {
      promised = `${fqn}@${first + promises++}`;
      answer({ "$jsii.byref": promised });
      answered = true;
    } else if (batch === "begin" || (inBatch && start.startsWith('{"api":"invoke","method":"addOverride"'))) {
      answer({}); // these return nothing
      answered = true;
    } else if (start.startsWith('{"api":"load"')) {
      const request = JSON.parse(bytes);
      remove = `${request.tarball}.kept`; // Go removes the file once it has the answer
      fs.renameSync(request.tarball, remove);
      bytes = own(Buffer.from(JSON.stringify({ ...request, tarball: remove }) + "\n"));
      answer({ assembly: request.name, types: 0 });
      answered = true;
    }
    if (!answered && promises > 0) {
      Atomics.store(shared, nextObject, first + promises);
      promises = 0;
    }
    send({ bytes, promised, answered, remove, last });
    return last;
  };
  // The kernel waits for this thread: where it fails, that is the end of the requests.
  try {
    while (!pass());
  } catch (e) {
    fs.writeSync(2, `${e.stack}\n`);
    send({ bytes: own([]), last: true });
  }
}

// V8 optimises what runs often, in threads that take the processor from Go and from this one, and most apps are done before it pays.
// So it begins when an app turns out to be large. Not before the kernel is loaded: Node.js compiles its own modules anew where
// V8's flags have changed.
function optimise(requestsTaken) {
  const large = 2000; // requests, of some 1,300 resources
  if (requestsTaken === 0) require("v8").setFlagsFromString("--no-opt");
  if (requestsTaken === large) require("v8").setFlagsFromString("--opt");
}

// The kernel describes the type of each value and quotes its name, for errors that mostly do not happen. Names without quotes are
// quoted at once, and a type, which is an object of the type description, is described once.
function quickTexts() {
  const util = require("util");
  const { inspect } = util;
  const plain = /^[\w.:/-]*$/;
  const described = new WeakMap();
  const describe = (type) => {
    if (!described.has(type)) described.set(type, inspect(type));
    return described.get(type);
  };
  const quick = (value, ...options) => {
    if (options.length > 0) return inspect(value, ...options);
    if (typeof value === "string" && plain.test(value)) return `'${value}'`;
    return value?.type && typeof value.type === "object" ? describe(value) : inspect(value);
  };
  util.inspect = Object.assign(quick, inspect);
}

// The kernel parses the description of all types at its start. That of a trimmed provider begins with the places of its namespaces
// in the text, each of which is parsed when it is used.
function typesWhenUsed() {
  const { parse } = JSON;
  JSON.parse = (text, ...rest) => {
    const places = typeof text === "string" && text.startsWith('{"$places":') && /^\{"\$places":(\{.*?\}),/.exec(text);
    if (!places) return parse(text, ...rest);
    JSON.parse = parse; // there is one provider, and what an app parses is its own
    const waiting = new Map(Object.entries(parse(places[1])));
    const start = text.indexOf('"types":{') + '"types":'.length;
    const description = parse(text.slice(0, start) + "{}" + text.slice(start + waiting.get("")[1]));
    description.types = new Proxy({}, {
      get(types, name) {
        const namespace = String(name).slice(0, String(name).lastIndexOf("."));
        if (namespace && waiting.has(namespace)) {
          const [from, to] = waiting.get(namespace);
          waiting.delete(namespace);
          Object.assign(types, parse(`{${text.slice(start + from, start + to)}}`));
        }
        return types[name];
      },
    });
    return description;
  };
}

// CDKTF records a stack trace for each block of each resource, of JavaScript frames that mean nothing to a Go program.
// Assigning 0 would not last, because libraries set the limit again; V8 takes none where the limit is an accessor.
function withoutStackTraces() {
  Object.defineProperty(Error, "stackTraceLimit", { configurable: true, enumerable: true, get: () => 0, set() {} });
}
