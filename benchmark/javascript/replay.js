// The JavaScript twin of this project's own app: node replay.js CALLS OUTPUT
// CALLS holds the calls that the Go app made of the bindings, one on a line, with their answers. This program makes the same
// in one process, with imports of the modules that it needs.
const fs = require("fs");
const Module = require("module");
const path = require("path");

// The attributes inside blocks are asked for by a module of faststart, which has no packages of its own.
const references = new Module(path.join(__dirname, "references.js"));
references.paths = module.paths;
references._compile(fs.readFileSync(path.join(__dirname, "../../faststart/references.js"), "utf-8"), references.id);

const [calls, outdir] = process.argv.slice(2);
const objects = new Map();

function find(fqn) {
  const parts = fqn.split(".");
  const name = parts.pop();
  const [library, namespace] = parts;
  if (library === "faststart-references") return references.exports[name];
  if (namespace === undefined) return require(library)[name];
  return require(`${library}/lib/${namespace.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase())}`)[name];
}

function decode(value) {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(decode);
  if ("$jsii.byref" in value) return objects.get(value["$jsii.byref"]);
  if ("$jsii.struct" in value) return decode(value["$jsii.struct"].data);
  if ("$jsii.map" in value) return decode(value["$jsii.map"]);
  if ("$jsii.enum" in value) {
    const [fqn, member] = value["$jsii.enum"].split("/");
    return find(fqn)[member];
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decode(each)]));
}

function run(call) {
  const args = (call.args || []).map(decode);
  switch (call.api) {
    case "create":
      if (call.fqn === "cdktf.App") args[0].outdir = outdir;
      return new (find(call.fqn))(...args);
    case "get":
      return decode(call.objref)[call.property];
    case "invoke":
      return decode(call.objref)[call.method](...args);
    case "sget":
      return find(call.fqn)[call.property];
    case "sinvoke":
      return find(call.fqn)[call.method](...args);
  }
  throw new Error(`the app made a call that this program does not know: ${call.api}`);
}

for (const line of fs.readFileSync(calls, "utf-8").split("\n")) {
  if (!line) continue;
  const { call, answer } = JSON.parse(line);
  const made = run(call);
  const value = answer && (answer["$jsii.byref"] ? answer : "value" in answer ? answer.value : answer.result);
  if (value && value["$jsii.byref"]) objects.set(value["$jsii.byref"], made);
  // Tokens are numbered in the order of the calls, so that texts of the answers mean the same here.
  if (typeof value === "string" && value !== made) throw new Error(`${call.property || call.method} is ${made}, and was ${value}`);
}
