// A jsii module of one function: see references.go.
"use strict";
const { Tokenization } = require("cdktf");

class References {
  // Between these two the runtime answers before it has done what it is asked to: see preload.js.
  static begin() {}
  static end(first, resources, attributes) {
    References.define(first, resources, attributes);
  }
  static define(first, resources, attributes) {
    const tokens = globalThis.__cdktfTokenMap.stringTokenMap;
    resources.forEach((resource, i) => {
      let value = resource;
      for (const name of attributes[i].split(".")) value = /^\d+$/.test(name) ? value?.get(Number(name)) : value?.[name];
      const token =
        typeof value === "string" ? Tokenization.reverseString(value).firstToken
        : typeof value === "number" ? Tokenization.reverseNumber(value)
        : undefined;
      if (token === undefined) {
        throw new Error(`${resource.node.path} has no text attribute ${attributes[i]} that only Terraform knows`);
      }
      tokens.set(`TOKEN.${first + i}`, token);
    });
  }
}
exports.References = References;
