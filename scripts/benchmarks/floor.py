"""The floor that the service is measured against: the same web server and framework, and no work at all.

python floor.py PORT_FILE SIZE THREADS   answers POST / with SIZE bytes of JSON
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response, request
from waitress.server import create_server


def main() -> None:
    port_file, size, threads = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    answer = b'"' + b"x" * (size - 2) + b'"'
    app = Flask("floor")

    def constant() -> Response:
        request.get_data()
        return Response(answer, mimetype="application/json")

    app.add_url_rule("/", view_func=constant, methods=["POST"])
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    port_file.write_text(str(server.effective_port), encoding="ascii")
    server.run()


if __name__ == "__main__":
    main()
