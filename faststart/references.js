// A jsii module of one function: see references.go.
"use strict";
const { Tokenization } = require("cdktf");

class References {
  static define(first, resources, attributes) {
    const tokens = globalThis.__cdktfTokenMap.stringTokenMap;
    resources.forEach((resource, i) => {
      const value = resource[attributes[i]];
      const token = typeof value === "string" ? Tokenization.reverseString(value).firstToken : undefined;
      if (token === undefined) {
        throw new Error(`${resource.node.path} has no text attribute ${attributes[i]} that only Terraform knows`);
      }
      tokens.set(`TOKEN.${first + i}`, token);
    });
  }
}
exports.References = References;
