"""A solver behind JSON lines that imports NumPy and nothing of ours.

    mondeq-ref conform --cmd "python solver.py"

This is how a library in an interpreter of its own (an older PyTorch, say) is judged.
"""

import json
import sys

import numpy as np

DTYPES = {"f64": ">f8", "f32": ">f4", "i64": ">i8"}


def decoded(value):
    if not isinstance(value, dict) or "data" not in value:
        return value
    words = np.frombuffer(bytes.fromhex(value["data"]), DTYPES[value["dtype"]])
    return words.reshape(value["shape"]).astype(np.float64)


def solve(W, U, b, X, alpha=0.25):
    """Peaceman-Rachford until nothing moves."""
    n = len(b)
    C = X @ U.T + b
    resolvent = np.linalg.inv((1 + alpha) * np.eye(n) - alpha * W).T
    s = np.zeros_like(C)
    for _ in range(20_000):
        mirror = 2 * (s + alpha * C) @ resolvent - s
        if (np.abs(mirror) == s).all():
            break
        s = np.abs(mirror)
    return {"Z": np.maximum(mirror, 0.0).tolist()}


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "start":
            said = {"name": "solver.py", "operations": ["solve"], "declared_error": 1e-9}
        elif message["cmd"] == "run":
            given = [decoded(value) for value in message["case"]["arguments"].values()]
            said = {"seq": message["seq"]}
            try:
                said["outputs"] = solve(*given)
            except Exception as error:
                said["error"] = {"message": str(error)}
        else:
            break
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
