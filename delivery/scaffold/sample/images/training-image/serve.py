"""Answers as SageMaker asks a container to: GET /ping, POST /invocations with lines of features in, of qualities out.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import http.server
import os

import wine

model, _ = wine.load(wine.ROOT / "model")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200 if self.path == "/ping" else 404, "")

    def do_POST(self):
        if self.path != "/invocations":
            return self.answer(404, "")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        try:
            rows = [[float(x) for x in line.split(",")] for line in body.split("\n") if line.strip()]
            if any(len(row) != len(wine.FEATURES) for row in rows):
                raise ValueError(f"each line has the {len(wine.FEATURES)} numbers {', '.join(wine.FEATURES)}")
        except ValueError as err:
            return self.answer(400, f"{err}\n")
        self.answer(200, "".join(f"{model.predict(row):.4f}\n" for row in rows))

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """SageMaker asks /ping every few seconds: no line for each."""


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
