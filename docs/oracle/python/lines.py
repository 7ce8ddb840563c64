"""JSON lines around a Python object, with NumPy and nothing of ours: for any interpreter.

`answer(implementation)` reads questions on stdin and writes answers on stdout; the implementation
has methods named like operations, and `capabilities()`.
"""

import json
import sys

import numpy as np

DTYPES = {"f64": ">f8", "f32": ">f4", "i64": ">i8"}


def decoded(value):
    if not isinstance(value, dict) or "data" not in value:
        return value
    words = np.frombuffer(bytes.fromhex(value["data"]), DTYPES[value["dtype"]])
    return words.astype(float).reshape(value["shape"])


def encoded(array):
    data = np.asarray(array, np.float64).astype(">f8").tobytes().hex()
    return {"dtype": "f64", "shape": list(np.shape(array)), "data": data}


def outputs(implementation, case):
    given = [decoded(value) for value in case["arguments"].values()]
    found = getattr(implementation, case["operation"])(*given)
    return {name: encoded(array) for name, array in found.items()}


def answer(implementation):
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "start":
            said = implementation.capabilities()
        elif message["cmd"] == "run":
            said = {"seq": message["seq"]}
            try:
                said["outputs"] = outputs(implementation, message["case"])
            except Exception as error:
                said["error"] = {"message": str(error)}
        else:
            break
        print(json.dumps(said), flush=True)
